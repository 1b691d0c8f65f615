/*
 * `ghostly` as a real process, as a person or a script runs it. Owns the process until it has exited; one that a failed
 * test left running is ended by its pid after it.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { SERVICES } from '#shared/platform/build/parts.ts';
import { followChild } from '#shared/platform/process/child.ts';
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
  const spawned = spawn(process.execPath, [join(CLONE, SERVICES.folder, 'cli.js'), ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    detached: true,
  });
  spawned.stdin.on('error', () => undefined); // it may have ended without reading
  spawned.stdin.end(input);
  const [out, err]: [string[], string[]] = [[], []];
  const child = followChild(spawned, {
    remembered: Number.POSITIVE_INFINITY,
    onLine: (line, from) => void (from === 'stdout' ? out : err).push(line),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('ghostly could not be started');
  const exited = child.exited.then(({ code }) => code);
  const cli: CliProcess = {
    pid,
    out,
    err,
    exited,
    said: (text) => child.line((line) => line.includes(text)),
    signal: (name) => void spawned.kill(name),
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
