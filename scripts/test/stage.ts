/* One part of a longer run of tests, as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watchParent } from '../../services/cli/up/signals.ts';

export interface Ran {
  name: string;
  ok: boolean;
  seconds: number;
}

export async function run(name: string, command: string, ...args: string[]): Promise<Ran> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return { name, ok: code === 0, seconds: Math.round((performance.now() - start) / 1_000) };
}

/** A run whose npm was killed is nobody's: it ends, and Vitest with it. */
export function endWithParent(): void {
  watchParent(
    true,
    () => process.ppid,
    () => process.exit(1),
  );
}
