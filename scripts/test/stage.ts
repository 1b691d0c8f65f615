/* One part of a longer run of tests, as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { watchParent } from '../../services/cli/up/signals.ts';

export interface Ran {
  name: string;
  ok: boolean;
  seconds: number;
}

/** Each leads a group of processes, to which all that it starts belongs. */
const running = new Set<ChildProcess>();

export async function run(name: string, command: string, ...args: string[]): Promise<Ran> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: 'inherit', detached: true });
  running.add(child);
  const ok = await new Promise<boolean>((resolve) => {
    child.once('close', (code) => resolve(code === 0));
    child.once('error', (error) => {
      console.error(`${name}: ${error.message}`);
      resolve(false);
    });
  });
  running.delete(child);
  return { name, ok, seconds: Math.round((performance.now() - start) / 1_000) };
}

/**
 * A run that is asked to end, or whose npm was killed, ends with the parts that are running: these are out of reach of a
 * terminal's signals, and an npm between a part and Vitest watches no parent.
 */
export function endWithParent(): void {
  const end = () => {
    for (const { pid } of running) if (pid !== undefined) endGroup(pid);
    process.exit(1);
  };
  watchParent(true, () => process.ppid, end);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}
