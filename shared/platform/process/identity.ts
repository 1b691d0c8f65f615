import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ps = async (pid: number, column: string): Promise<string | undefined> => {
  try {
    const { stdout } = await run('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
};

const procFile = async (pid: number, name: string): Promise<string | undefined> => {
  try {
    return await readFile(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
};

const hasProc = process.platform === 'linux';

/** The arguments of a running process joined by spaces; empty for one that is gone or is a zombie. */
export const commandLine = async (pid: number): Promise<string | undefined> => {
  if (!hasProc) return ps(pid, 'command');
  const text = await procFile(pid, 'cmdline');
  return text?.split('\0').join(' ').trim() || undefined;
};

/** Start in ticks since boot; undefined for a zombie. */
const startTick = (stat: string): string | undefined => {
  // The name in parentheses may contain blanks and parentheses: fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ['Z', 'X'].includes(fields[0] ?? 'X') ? undefined : fields[19];
};

/** Distinguishes a process from a later one with the same pid. Undefined if it is gone. */
export const processIdentity = async (pid: number): Promise<string | undefined> => {
  if (!hasProc) return ps(pid, 'lstart');
  const stat = await procFile(pid, 'stat');
  const tick = stat === undefined ? undefined : startTick(stat);
  if (tick === undefined) return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()} ${tick}`;
};

/** Whether a process is running; a zombie is not. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !hasProc || startTick(readFileSync(`/proc/${pid}/stat`, 'utf8')) !== undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
