/** Measurements → Markdown: tables for people, and the aims with what was reached. run.ts prints it and appends it. */
import { ASSISTANT, LIMIT, WECHAT_WITH_SESSION } from './contenders.ts';
import { median, spread, table } from './figures.ts';
import type { Closed, Open, Row } from './measure.ts';
import { MODES, type Mode } from './platform.ts';

export interface Results {
  readonly closed: readonly Row[];
  readonly open: readonly Row[];
  readonly loads: { readonly closed: Closed; readonly open: Open };
}

const MODE_NAMES: Readonly<Record<Mode, string>> = { plain: 'in clear', sealed: 'encrypted' };

export function reportOf({ closed, open, loads }: Results): string {
  return [
    ...MODES.flatMap((mode) => closedTable(closed, mode, loads.closed)),
    ...openTable(open, loads.open),
    ...commandLines([...closed, ...open]),
    ...aims({ closed, open, loads }),
    ...wrongAnswers([...closed, ...open]),
  ].join('\n\n');
}

function closedTable(rows: readonly Row[], mode: Mode, { connections, seconds }: Closed): readonly string[] {
  const ofMode = rows.filter((row) => row.mode === mode);
  if (ofMode.length === 0) return [];
  const rounds = new Set(ofMode.map(({ round }) => round)).size;
  return [
    `**Closed loop, ${MODE_NAMES[mode]}**: ${connections} connections, ${rounds} rounds of ${seconds} s, one server after another in each`,
    table(
      [
        'server',
        'messages/s',
        `of ${LIMIT.name} (min / median / max)`,
        'p50 ms',
        'p99 ms',
        'CPU µs a message',
        'Redis CPU µs',
        'trips',
        'MB now / most',
        'bytes an answer',
        'wrong',
      ],
      namesIn(ofMode).map((name) => {
        const own = ofMode.filter((row) => row.name === name);
        return [
          name,
          middle(own, ({ rate }) => rate, 0),
          spread(
            ratios(ofMode, name, LIMIT.name, ({ rate }) => rate),
            2,
          ),
          middle(own, ({ p50 }) => p50, 1),
          middle(own, ({ p99 }) => p99, 1),
          ...costs(own),
          middle(own, ({ bytes }) => bytes, 0),
          wrongIn(own),
        ];
      }),
    ),
  ];
}

function openTable(rows: readonly Row[], { rate, seconds, resendEvery, leadIn }: Open): readonly string[] {
  if (rows.length === 0) return [];
  const rounds = new Set(rows.map(({ round }) => round)).size;
  return [
    `**Open loop**: ${rate} messages a second whatever the server does, every ${resendEvery}th sent twice, ${rounds} rounds of ${seconds} s after ${leadIn} s to come to speed; waiting counts from the moment a message was due`,
    table(
      [
        'server',
        'mode',
        'p50 ms',
        'p99 ms (min / median / max)',
        `p99 of ${LIMIT.name} (min / median / max)`,
        'longest ms',
        'p99 ms while coming to speed',
        'CPU µs a message',
        'Redis CPU µs',
        'trips',
        'MB now / most',
        'generator late, p99 ms',
        'out of turn',
        'wrong',
      ],
      MODES.flatMap((mode) => {
        const ofMode = rows.filter((row) => row.mode === mode);
        return namesIn(ofMode).map((name) => {
          const own = ofMode.filter((row) => row.name === name);
          return [
            name,
            MODE_NAMES[mode],
            middle(own, ({ p50 }) => p50, 1),
            spread(
              own.map(({ p99 }) => p99),
              1,
            ),
            spread(
              ratios(ofMode, name, LIMIT.name, ({ p99 }) => p99),
              2,
            ),
            Math.max(...own.map(({ max }) => max)).toFixed(1),
            spread(
              own.map(({ early }) => early),
              1,
            ),
            ...costs(own),
            middle(own, ({ lag }) => lag, 1),
            String(own.reduce((sum, { outOfTurn }) => sum + outOfTurn, 0)),
            wrongIn(own),
          ];
        });
      }),
    ),
  ];
}

function costs(own: readonly Row[]): readonly string[] {
  const now = median(own.map(({ memory }) => memory.now)).toFixed(0);
  const most = Math.max(...own.map(({ memory }) => memory.most)).toFixed(0);
  return [
    middle(own, ({ cpu }) => cpu, 0),
    middle(own, ({ redisCpu }) => redisCpu, 0),
    middle(own, ({ trips }) => trips, 2),
    `${now} / ${most}`,
  ];
}

function commandLines(rows: readonly Row[]): readonly string[] {
  const lines = namesIn(rows).flatMap((name) => {
    const { commands } = rows.findLast((row) => row.name === name) ?? {};
    if (commands === undefined || commands.size === 0) return [];
    return [
      `- ${name}: ${[...commands].map(([command, calls]) => `${command} ${calls.toFixed(2)}`).join(', ')}`,
    ];
  });
  return lines.length === 0
    ? []
    : ['Redis commands a message, those inside of scripts included:', lines.join('\n')];
}

function aims({ closed, open, loads }: Results): readonly string[] {
  const rateOf = (mode: Mode, other: string) =>
    ratios(
      closed.filter((row) => row.mode === mode),
      ASSISTANT.name,
      other,
      ({ rate }) => rate,
    );
  const ours = open.filter(({ name }) => name === ASSISTANT.name);
  const waits = MODES.flatMap((mode) =>
    ratios(
      open.filter((row) => row.mode === mode),
      ASSISTANT.name,
      LIMIT.name,
      ({ p99 }) => p99,
    ),
  );
  const all = [...closed, ...open].filter(({ name }) => name === ASSISTANT.name);
  const count = (value: (row: Row) => number) => all.reduce((sum, row) => sum + value(row), 0);
  const wrong = count(({ faults }) => faults.length);
  const unjudged = count(({ outOfTurn }) => outOfTurn);
  const aim = (what: string, values: readonly number[], digits: number, met: (value: number) => boolean) => [
    what,
    spread(values, digits),
    values.length === 0 ? 'not measured' : met(median(values)) ? 'yes' : 'no',
  ];
  return [
    '**Aims** (what counts is the median)',
    table(
      ['aim', 'measured (min / median / max)', 'met'],
      [
        [
          'no wrong answer',
          `${wrong} of ${count(({ messages }) => messages)}, ${unjudged} out of turn`,
          wrong > 0 ? 'no' : unjudged > 0 ? 'not shown' : 'yes',
        ],
        aim(
          `open loop at ${loads.open.rate} a second: p99 below 25 ms`,
          ours.map(({ p99 }) => p99),
          1,
          (ms) => ms < 25,
        ),
        aim(
          `open loop at ${loads.open.rate} a second: p99 at most 1.5 × ${LIMIT.name}`,
          waits,
          2,
          (ratio) => ratio <= 1.5,
        ),
        aim(`in clear: 0.45 × ${LIMIT.name}`, rateOf('plain', LIMIT.name), 2, (ratio) => ratio >= 0.45),
        aim(`encrypted: 0.35 × ${LIMIT.name}`, rateOf('sealed', LIMIT.name), 2, (ratio) => ratio >= 0.35),
        ...MODES.map((mode) =>
          aim(
            `${MODE_NAMES[mode]}: 1.2 × ${WECHAT_WITH_SESSION.name}`,
            rateOf(mode, WECHAT_WITH_SESSION.name),
            2,
            (ratio) => ratio >= 1.2,
          ),
        ),
        aim(
          'at most 2 trips a message',
          all.flatMap(({ trips }) => trips ?? []),
          2,
          // The first message of a process brings its script along.
          (trips) => trips <= 2.001,
        ),
        aim(
          'memory below 180 MB',
          all.map(({ memory }) => memory.most),
          0,
          (most) => most < 180,
        ),
      ],
    ),
  ];
}

function wrongAnswers(rows: readonly Row[]): readonly string[] {
  const lines = rows
    .filter(({ faults }) => faults.length > 0)
    .flatMap(({ name, mode, round, faults }) => [
      `- ${name}, ${MODE_NAMES[mode]}, round ${round}: ${faults.length}`,
      ...mostFrequent(faults).map(([fault, times]) => `  - ${times} × ${fault}`),
    ]);
  return lines.length === 0 ? [] : ['**Wrong answers**; the timings above do not count:', lines.join('\n')];
}

function mostFrequent(faults: readonly string[]): readonly (readonly [string, number])[] {
  const counted = new Map<string, number>();
  for (const fault of faults) {
    const line = fault.replace(/\s+/g, ' ');
    counted.set(line, (counted.get(line) ?? 0) + 1);
  }
  return [...counted].sort(([, a], [, b]) => b - a).slice(0, 3);
}

/** Quotients within each round, since whatever else the machine does changes from round to round. */
function ratios(
  rows: readonly Row[],
  name: string,
  base: string,
  value: (row: Row) => number,
): readonly number[] {
  return rows
    .filter((row) => row.name === name)
    .flatMap((row) => {
      const other = rows.find((one) => one.name === base && one.round === row.round);
      return other ? [value(row) / value(other)] : [];
    });
}

function middle(rows: readonly Row[], value: (row: Row) => number | undefined, digits: number): string {
  const values = rows.flatMap((row) => value(row) ?? []);
  return values.length === 0 ? '–' : median(values).toFixed(digits);
}

function wrongIn(rows: readonly Row[]): string {
  return String(rows.reduce((sum, { faults }) => sum + faults.length, 0));
}

function namesIn(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map(({ name }) => name))];
}
