/** Starts a program that says where it listens, and ends it by its own process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Child {
  readonly pid: number;
  /** The first group of the line that was waited for. */
  readonly said: string;
  /** SIGTERM, and SIGKILL if that does not help. Resolves when it is gone. */
  end(): Promise<void>;
}

const START_MS = 20_000;
const END_MS = 8_000;

/** Resolves when the program has written a line that fits. It ends with this process at the latest.
 *  @param options `withinMs`: how long the line may take; 20 seconds when left out.
 *  @throws Error with what it wrote when it ends or says nothing in time. */
export async function startChild(
  command: string,
  args: readonly string[],
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly until: RegExp;
    readonly withinMs?: number;
  },
): Promise<Child> {
  const { PATH = '' } = process.env;
  const child = spawn(command, args, {
    env: { PATH, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const leaveNothingBehind = () => void child.kill('SIGKILL');
  process.once('exit', leaveNothingBehind);
  child.once('exit', () => process.off('exit', leaveNothingBehind));
  const said = await lineOf(child, options.until, options.withinMs ?? START_MS);
  if (child.pid === undefined) throw new Error(`${command} has no process id`);
  return { pid: child.pid, said, end: () => end(child) };
}

/** Lets an interrupt end this process in the usual way, so that its children go with it. */
export function endWithChildren(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
}

function lineOf(child: ChildProcess, until: RegExp, withinMs: number): Promise<string> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(late);
      child.kill('SIGKILL');
      reject(new Error(`${child.spawnargs.join(' ')}: ${why}\n${lines.slice(-20).join('\n')}`));
    };
    const late = setTimeout(() => fail('did not say it in time'), withinMs);
    child.once('error', (error) => fail(error.message));
    const endedEarly = () => fail(`ended with ${child.exitCode ?? child.signalCode}`);
    child.once('exit', endedEarly);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const found = until.exec(line);
        if (!found) return;
        clearTimeout(late);
        child.off('exit', endedEarly);
        resolve(found[1] ?? '');
      });
    }
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await gone;
  clearTimeout(late);
}
