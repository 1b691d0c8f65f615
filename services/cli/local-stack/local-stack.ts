/*
 * A stack for the time of one command: `ghostly up` as a child, in a temporary home, on free ports. Owns that child and the
 * home: after disposal neither is left, nor a process of the stack. It outlives us by no more than its own stopping.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '#shared/adapters/binaries/binaries.ts';
import { type Child, ChildEndedError, describeExit, followChild } from '#shared/platform/process/child.ts';
import { isAlive } from '#shared/platform/process/identity.ts';
import type { GatewayAddress } from '../gateway/locate.ts';
import { removePostgresData } from '../local/postgres.ts';
import { homeOf } from '../up/home/home.ts';
import { endLeftovers } from '../up/home/leftovers.ts';
import { readUpFile, type UpFile } from '../up/home/up-file.ts';

export interface LocalStack {
  /** Resolves once it is up. @throws LocalStackError, or the signal's reason */
  ready: (signal: AbortSignal) => Promise<GatewayAddress>;
  /** Resolves to what is left behind, which should be nothing. Once `forced` is aborted it hurries. */
  stop: (forced: AbortSignal) => Promise<string[]>;
}

export interface LocalStackOptions {
  env: Environment;
  /** What it is for: in the name of its home. */
  purpose: 'demo' | 'tests';
  /** Each line of `ghostly up` until it is ready. */
  say: (line: string) => void;
}

/** The stack did not come up; its own last lines say why. */
export class LocalStackError extends Error {
  override readonly name = 'LocalStackError';
  readonly code = 'local_stack_failed';
}

/** `up` gives itself 20 s; after a second signal it is gone in two. */
const STOP = [
  ['SIGTERM', 25_000],
  ['SIGTERM', 5_000],
] as const;
const REMEMBERED_LINES = 12;

const LEASHED = fileURLToPath(new URL('./leashed-ghostly.ts', import.meta.url));

/** What a person has set for their own stack is not for this one; where the browser is, and how it starts, is. */
export function localEnvironment(env: Environment, home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) =>
      name === 'GHOSTLY_SANDBOX' ||
      !/^(GHOSTLY_.*|DATABASE_URL|NATS_URL|HOST|PORT|RUNNER_SLOTS|LOG_LEVEL|FORCE_COLOR)$/.test(name),
  );
  return { ...Object.fromEntries(kept), GHOSTLY_HOME: home, GHOSTLY_DRAIN_MS: '0' };
}

export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { env, purpose, say } = options;
  const path = await mkdtemp(join(tmpdir(), `ghostly-${purpose}-`));
  const home = homeOf({ GHOSTLY_HOME: path }, path);
  const spawned = spawn(process.execPath, [LEASHED, 'up', '--port', '0'], {
    cwd: path,
    env: localEnvironment(env, path),
    // A terminal's Ctrl-C is for us, and we stop it in our turn.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let isStarting = true;
  const onLine = (line: string) => {
    isStarting &&= !isReady(line);
    if (isStarting && line !== '') say(line);
  };
  const child = followChild(spawned, { onLine });
  let up: UpFile | undefined;

  const stop = async (hurry: AbortSignal): Promise<string[]> => {
    isStarting = false;
    const force = () => void child.process.kill('SIGTERM');
    hurry.addEventListener('abort', force, { once: true });
    await child.stop(STOP);
    hurry.removeEventListener('abort', force);
    const ended = await endLeftovers(home);
    await removePostgresData({ dataDir: home.postgres });
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
    const pids = Object.entries(up?.pids ?? {}).map(([name, pid]) => [name, [pid ?? []].flat()] as const);
    const alive = pids.flatMap(([name, group]) => group.filter(isAlive).map((pid) => `${name} ${pid}`));
    return [...ended.map((name) => `${name}, which had to be ended`), ...alive];
  };

  const ready = async (signal: AbortSignal): Promise<GatewayAddress> => {
    await readiness(child, signal);
    up = await readUpFile(home.upFile);
    if (up === undefined) throw new LocalStackError('the stack did not say where it is');
    return { url: up.gateway, apiKey: up.apiKey };
  };
  return { ready, stop };
}

const isReady = (line: string) => line.startsWith('Ghostly is ready');

async function readiness(child: Child, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    await Promise.race([child.line(isReady), aborted.promise]);
  } catch (error) {
    if (!(error instanceof ChildEndedError)) throw error;
    const words = child.lines.filter((line) => line !== '').slice(-REMEMBERED_LINES);
    throw new LocalStackError(`the stack did not start (${describeExit(error.exit)})\n${words.join('\n')}`);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
