/** Draws what a long run looked like: memory, open files, answers and the slowest of them over time. Used by
 *  soak.command.ts. */

export interface Sample {
  readonly seconds: number;
  readonly megabytes: number;
  readonly handles: number;
  /** Answers. */
  readonly perSecond: number;
  /** Milliseconds of the slowest answer but one in a hundred. */
  readonly p99: number;
}

const WIDTH = 760;
const LEFT = 150;
const ROW = 84;
const INK = '#24292f';
const PALE = '#d0d7de';

/** An SVG with one row for each measure, each from zero, with its least and greatest value. */
export function drawSoak(
  samples: readonly Sample[],
  about: { readonly day: string; readonly messages: number },
): string {
  const rows: readonly (readonly [string, string, (sample: Sample) => number])[] = [
    ['memory (RSS)', 'MB', ({ megabytes }) => megabytes],
    ['open files', '', ({ handles }) => handles],
    ['answers a second', '', ({ perSecond }) => perSecond],
    ['p99 of answers', 'ms', ({ p99 }) => p99],
  ];
  const last = samples.at(-1)?.seconds ?? 1;
  const height = 40 + rows.length * ROW + 30;
  const drawn = rows.map(([name, unit, value], index) => {
    const top = 40 + index * ROW;
    const values = samples.map(value);
    const most = Math.max(...values, 1);
    const x = (seconds: number) => LEFT + (seconds / last) * (WIDTH - LEFT - 20);
    const y = (one: number) => top + ROW - 18 - (one / most) * (ROW - 26);
    const line = samples.map((sample) => `${round(x(sample.seconds))},${round(y(value(sample)))}`).join(' ');
    const range = `${Math.round(Math.min(...values))} – ${Math.round(Math.max(...values))} ${unit}`;
    return [
      `<text x="10" y="${top + 28}" fill="${INK}">${name}</text>`,
      `<text x="10" y="${top + 46}" fill="${INK}" opacity="0.65">${range.trim()}</text>`,
      `<line x1="${LEFT}" y1="${top + ROW - 18}" x2="${WIDTH - 20}" y2="${top + ROW - 18}" stroke="${PALE}"/>`,
      `<polyline points="${line}" fill="none" stroke="#0969da" stroke-width="1.5"/>`,
    ].join('\n');
  });
  const title = `${Math.round(last / 60)} minutes of mixed load, ${about.messages} messages, ${about.day}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="10" y="24" font-size="15" fill="${INK}">${title}</text>`,
    ...drawn,
    `<text x="${LEFT}" y="${height - 12}" fill="${INK}" opacity="0.65">0</text>`,
    `<text x="${WIDTH - 20}" y="${height - 12}" text-anchor="end" fill="${INK}" opacity="0.65">${Math.round(last / 60)} min</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
