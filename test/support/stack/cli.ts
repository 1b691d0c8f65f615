/*
 * `ghostly` as a real process, as a person or a script runs it. Owns the process until it has exited; one that a failed
 * test left running is ended by its pid after it.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { SERVICES } from '#shared/platform/build/parts.ts';
import { readLines } from '#shared/platform/files/lines.ts';
import { afterThisTest } from '../file-hooks.ts';

export const CLONE = join(import.meta.dirname, '../../..');

export interface CliProcess {
  readonly pid: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** Resolves to the exit code once all output has been read; null if a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Resolves to the first line of stdout or stderr that holds `text`, past or future. */
  said(text: string): Promise<string>;
  signal(name: NodeJS.Signals): void;
}

export interface CliOptions {
  env: NodeJS.ProcessEnv;
  /** What it reads from stdin. */
  input?: string;
  cwd?: string;
}

const FOREIGN =
  /^(GHOSTLY_|VITEST|DATABASE_URL$|NATS_URL$|PORT$|HOST$|NO_COLOR$|FORCE_COLOR$|npm_|NODE_OPTIONS$)/;

/** Starts `ghostly` with these arguments. Of this process's environment it gets what is not about a stack. */
export function startCli(args: readonly string[], { env, input = '', cwd = CLONE }: CliOptions): CliProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  const child = spawn(process.execPath, [join(CLONE, SERVICES.folder, 'cli.js'), ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('ghostly could not be started');
  child.stdin.on('error', () => undefined); // it may have ended without reading
  child.stdin.end(input);
  const out: string[] = [];
  const err: string[] = [];
  const listeners = new Set<() => void>();
  const into = (lines: string[]) => (line: string) => {
    lines.push(line);
    for (const listener of listeners) listener();
  };
  readLines(child.stdout, into(out));
  readLines(child.stderr, into(err));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));

  const cli: CliProcess = {
    pid,
    out,
    err,
    exited,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const line = [...out, ...err].find((candidate) => candidate.includes(text));
          if (line === undefined) return;
          listeners.delete(look);
          resolve(line);
        };
        listeners.add(look);
        look();
        void exited.then(() =>
          reject(new Error(`ended without saying "${text}":\n${[...out, ...err].join('\n')}`)),
        );
      }),
    signal: (name) => void child.kill(name),
  };
  afterThisTest(() => {
    cli.signal('SIGTERM');
    return exited;
  });
  return cli;
}

export interface CliResult {
  code: number | null;
  out: string;
  err: string;
}

/** Runs it to its end. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const cli = startCli(args, options);
  const code = await cli.exited;
  return { code, out: cli.out.join('\n'), err: cli.err.join('\n') };
}
