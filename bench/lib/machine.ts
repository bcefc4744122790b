/** What Linux tells of a process and of this machine. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** The kernel counts a process's time in hundredths of a second for all programs (USER_HZ). */
const TICK_US = 10_000;

/** Microseconds of CPU that a process has used, in user and system mode. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything; `utime` and `stime` are the 12th and 13th field behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** Megabytes: resident now, and at most so far; `files` is what of it are pages of mapped files, which the kernel takes
 *  back when it needs room. */
export function memoryOf(pid: number): {
  readonly now: number;
  readonly most: number;
  readonly files: number;
} {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  return { now: of('VmRSS'), most: of('VmHWM'), files: of('RssFile') };
}

/** One line for the report. @param root a folder of the repository, for its commit. */
export function machineLine(root: string, redisVersion: string): string {
  const cores = cpus();
  return `${cores[0]?.model ?? 'unknown CPU'} × ${cores.length}, Node ${process.version}, Redis ${redisVersion}, commit ${commitOf(root)}`;
}

/** Processes that wanted a core in the last minute: well above the bench's own three, somebody else was at work. */
export function loadNow(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

function commitOf(root: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    return (
      git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', 'src') === '' ? '' : ' + changes')
    );
  } catch {
    // A copy without its history can be measured as well.
    return 'unknown';
  }
}
