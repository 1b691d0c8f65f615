/*
 * A stack for the time of the demo: `ghostly up` as a child, in a temporary home, on free ports. Owns that child and the
 * home: after disposal neither is left, nor a process of the stack. It outlives us by no more than its own stopping.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '#shared/adapters/binaries/binaries.ts';
import { readLines } from '#shared/platform/files/lines.ts';
import { isAlive } from '#shared/platform/process/identity.ts';
import type { GatewayAddress } from '../gateway/locate.ts';
import { removePostgresData } from '../local/postgres.ts';
import { type Exit, endChild } from '../local/process/child.ts';
import { homeOf } from '../up/home.ts';
import { endLeftovers } from '../up/leftovers.ts';
import { describeExit } from '../up/service.ts';
import { readUpFile, type UpFile } from '../up/up-file.ts';

export interface DemoStack {
  /** Resolves once it is up. @throws DemoStackError, or the signal's reason */
  ready: (signal: AbortSignal) => Promise<GatewayAddress>;
  /** Resolves to what is left behind, which should be nothing. Once `forced` is aborted it hurries. */
  stop: (forced: AbortSignal) => Promise<string[]>;
}

export interface DemoStackOptions {
  env: Environment;
  /** Each line of `ghostly up` until it is ready. */
  say: (line: string) => void;
}

/** The stack did not come up; its own last lines say why. */
export class DemoStackError extends Error {
  override readonly name = 'DemoStackError';
  readonly code = 'demo_stack_failed';
}

/** `up` gives itself 20 s; after a second signal it is gone in two. */
const STOP = [
  ['SIGTERM', 25_000],
  ['SIGTERM', 5_000],
] as const;
const REMEMBERED_LINES = 12;

const LEASHED = fileURLToPath(new URL('./leashed-ghostly.ts', import.meta.url));

/** What a person has set for their own stack is not for this one; where the browser is, and how it starts, is. */
export function demoEnvironment(env: Environment, home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) =>
      name === 'GHOSTLY_SANDBOX' ||
      !/^(GHOSTLY_.*|DATABASE_URL|NATS_URL|HOST|PORT|RUNNER_SLOTS|LOG_LEVEL|FORCE_COLOR)$/.test(name),
  );
  return { ...Object.fromEntries(kept), GHOSTLY_HOME: home, GHOSTLY_DRAIN_MS: '0' };
}

export async function startDemoStack(options: DemoStackOptions): Promise<DemoStack> {
  const { env, say } = options;
  const path = await mkdtemp(join(tmpdir(), 'ghostly-demo-'));
  const home = homeOf({ GHOSTLY_HOME: path }, path);
  const child = spawn(process.execPath, [LEASHED, 'up', '--port', '0'], {
    cwd: path,
    env: demoEnvironment(env, path),
    // A terminal's Ctrl-C is for us, and we stop it in our turn.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const exited = exitOf(child);
  let up: UpFile | undefined;

  const stop = async (hurry: AbortSignal): Promise<string[]> => {
    const force = () => void child.kill('SIGTERM');
    hurry.addEventListener('abort', force, { once: true });
    if (child.exitCode === null && child.signalCode === null) await endChild(child, exited, STOP);
    hurry.removeEventListener('abort', force);
    const ended = await endLeftovers(home);
    await removePostgresData({ dataDir: home.postgres });
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
    const pids = Object.entries(up?.pids ?? {}).map(([name, pid]) => [name, [pid ?? []].flat()] as const);
    const alive = pids.flatMap(([name, group]) => group.filter(isAlive).map((pid) => `${name} ${pid}`));
    return [...ended.map((name) => `${name}, which had to be ended`), ...alive];
  };

  const ready = async (signal: AbortSignal): Promise<GatewayAddress> => {
    await readiness(child, exited, say, signal);
    up = await readUpFile(home.upFile);
    if (up === undefined) throw new DemoStackError('the stack did not say where it is');
    return { url: up.gateway, apiKey: up.apiKey };
  };
  return { ready, stop };
}

const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) => {
    child.on('error', () => child.pid === undefined && resolve({ code: null, signal: null }));
    child.on('close', (code, signal) => resolve({ code, signal }));
  });

async function readiness(
  child: ChildProcess,
  exited: Promise<Exit>,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const ready = Promise.withResolvers<'ready'>();
  const lines: string[] = [];
  let isReady = false;
  const onLine = (line: string) => {
    if (line.startsWith('Ghostly is ready')) {
      isReady = true;
      ready.resolve('ready');
    }
    if (isReady || signal.aborted || line === '') return;
    lines.push(line);
    say(line);
  };
  if (child.stdout) readLines(child.stdout, onLine);
  if (child.stderr) readLines(child.stderr, onLine);
  const onAbort = () => ready.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const first = await Promise.race([ready.promise, exited]);
    if (first === 'ready') return;
    const words = lines.slice(-REMEMBERED_LINES).join('\n');
    throw new DemoStackError(`the stack did not start (${describeExit(first)})\n${words}`);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
