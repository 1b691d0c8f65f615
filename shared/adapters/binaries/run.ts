import { spawn } from 'node:child_process';
import { readLines } from '#shared/platform/files/lines.ts';
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
export const runCommand: RunCommand = (command, args, { env, timeoutMs, cwd = '/' }) =>
  new Promise((resolve) => {
    const lines: string[] = [];
    const child = spawn(command, args, {
      cwd,
      env: env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    readLines(child.stdout, (line) => lines.push(line));
    readLines(child.stderr, (line) => lines.push(line));
    child.on('error', (error) => resolve({ ok: false, lines: [error.message] }));
    child.on('close', (code) => resolve({ ok: code === 0, lines }));
  });
