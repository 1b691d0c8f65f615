/* Signals to the processes of a browser, such as those of its pages. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';

const run = promisify(execFile);

/** Descendants of a browser, of one type. */
async function processesOf(browserPid: number | undefined, type: string): Promise<number[]> {
  const { stdout } = await run('ps', ['-axo', 'pid=,ppid=,args='], { maxBuffer: 2 ** 26 });
  const rows = stdout.split('\n').map((line) => {
    const [pid, parent, ...args] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), isOfType: args.includes(`--type=${type}`) };
  });
  const family = new Set([browserPid]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const { pid, parent } of rows) if (family.has(parent)) family.add(pid);
  }
  return rows.filter(({ pid, isOfType }) => isOfType && family.has(pid)).map(({ pid }) => pid);
}

/** Sends a signal to these processes; resolves with those that have got it. */
export async function signalAll(
  browserPid: number | undefined,
  type: string,
  name: NodeJS.Signals,
): Promise<number[]> {
  const pids = await processesOf(browserPid, type);
  expect(pids).not.toEqual([]);
  return pids.filter((pid) => hasGot(pid, name));
}

/** A process that Chromium needs no more may have ended since it was seen. */
function hasGot(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Stops these processes of a browser until it is disposed of. */
export async function stopped(browserPid: number | undefined, type: string): Promise<Disposable> {
  const pids = await signalAll(browserPid, type, 'SIGSTOP');
  return {
    [Symbol.dispose]() {
      for (const pid of pids) hasGot(pid, 'SIGCONT');
    },
  };
}
