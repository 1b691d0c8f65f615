import { spawn } from 'node:child_process';
import { followChild } from '#shared/platform/process/child.ts';
import type { Environment } from './cache.ts';

interface CommandResult {
  ok: boolean;
  lines: string[];
}
export type RunCommand = (
  command: string,
  args: readonly string[],
  options: { env: Environment; timeoutMs: number; cwd?: string },
) => Promise<CommandResult>;

/** Runs a program of the set-up to its end. Never rejects: a missing program counts as failed. */
export const runCommand: RunCommand = async (command, args, { env, timeoutMs, cwd = '/' }) => {
  const child = spawn(command, args, {
    cwd,
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const lines: string[] = [];
  const { code } = await followChild(child, { onLine: (line) => void lines.push(line) }).exited;
  return { ok: code === 0, lines };
};
