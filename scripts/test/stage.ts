/* One part of a longer run of tests, as a process of its own. */
import { spawn } from 'node:child_process';
import { followChild, signalGroup } from '#shared/platform/process/child.ts';
import { watchParent } from '../../services/cli/up/signals.ts';

export interface Ran {
  name: string;
  ok: boolean;
  seconds: number;
}

/** Each leads a group of processes, to which all that it starts belongs. */
const running = new Set<number | undefined>();

export async function run(name: string, command: string, ...args: string[]): Promise<Ran> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: 'inherit', detached: true });
  running.add(child.pid);
  const { code } = await followChild(child, { onLine: (line) => console.error(`${name}: ${line}`) }).exited;
  running.delete(child.pid);
  return { name, ok: code === 0, seconds: Math.round((performance.now() - start) / 1_000) };
}

/**
 * A run that is asked to end, or whose npm was killed, ends with the parts that are running: these are out of reach of a
 * terminal's signals, and an npm between a part and Vitest watches no parent.
 */
export function endWithParent(): void {
  const end = () => {
    for (const pid of running) signalGroup(pid, 'SIGTERM');
    process.exit(1);
  };
  watchParent(true, () => process.ppid, end);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
}
