/** A profile of V8 → where the time went, as tables. profile.ts calls it. Format:
 *  https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
import { table } from './figures.ts';

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: Frame;
    readonly children?: readonly number[];
  }[];
  /** Microseconds of the monotonic clock. */
  readonly startTime: number;
  /** Node ids. */
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

/** @param text the file that Node writes. @throws Error when it is something else. */
export function parseProfile(text: string): CpuProfile {
  const value: unknown = JSON.parse(text);
  if (!isProfile(value)) throw new Error('not a profile of V8');
  return value;
}

/** Microseconds of CPU a message, by file or package, by function, and by function with all that it calls.
 *  @param from moment of the monotonic clock, in microseconds, before which nothing counts. */
export function whereTimeWent(profile: CpuProfile, from: number, messages: number, root: string): string {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const self = new Map<number, number>();
  let now = profile.startTime;
  for (const [i, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[i] ?? 0;
    now += delta;
    if (now >= from) self.set(id, (self.get(id) ?? 0) + delta);
  }

  const byPlace = new Map<string, number>();
  const byFunction = new Map<string, number>();
  const withCalls = new Map<string, number>();
  let busy = 0;
  for (const [id, time] of self) {
    const frame = nodes.get(id)?.callFrame;
    if (frame === undefined || frame.functionName === '(idle)') continue;
    busy += time;
    add(byPlace, placeOf(frame, root), time);
    add(byFunction, nameOf(frame, root), time);
    const seen = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const above = nodes.get(at)?.callFrame;
      // Only the project's own: the rest is named by what it is called from.
      if (above?.url.startsWith(`file://${root}dist/`)) seen.add(nameOf(above, root));
    }
    for (const name of seen) add(withCalls, name, time);
  }
  const rows = (sums: ReadonlyMap<string, number>, count: number) =>
    [...sums]
      .sort(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(([name, time]) => [name, (time / messages).toFixed(1), `${((time * 100) / busy).toFixed(1)} %`]);
  return [
    `${messages} messages, ${(busy / messages).toFixed(0)} µs on the main thread for each`,
    table(['by file or package, without what it calls', 'µs a message', 'share'], rows(byPlace, 25)),
    table(['by function, without what it calls', 'µs a message', 'share'], rows(byFunction, 30)),
    table(['own functions, with all that they call', 'µs a message', 'share'], rows(withCalls, 40)),
  ].join('\n\n');
}

function add(sums: Map<string, number>, name: string, time: number): void {
  sums.set(name, (sums.get(name) ?? 0) + time);
}

function placeOf({ url, functionName }: Frame, root: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'built into V8 and Node';
  return url.replace(`file://${root}`, '').replace(/^.*node_modules\/((?:@[^/]+\/)?[^/]+)\/.*$/, '$1');
}

function nameOf(frame: Frame, root: string): string {
  const place = frame.url.replace(`file://${root}`, '').replace(/^.*node_modules\//, '');
  return `${frame.functionName || 'anonymous'}${place === '' ? '' : ` ${place}:${frame.lineNumber + 1}`}`;
}

function isProfile(value: unknown): value is CpuProfile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'nodes' in value &&
    'samples' in value &&
    'timeDeltas' in value
  );
}
