/*
 * The life of a service's process: reads signals and the parent's channel, says when it is ready, and closes what was
 * opened in reverse order. Owns the process's exit and nothing else.
 */
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { ConfigError } from '../config/config.ts';
import { createLog, type Log, type LogOutput, openLogOutput } from '../log/log.ts';

/** An argument of a service: see `takeEnvironment`. */
export const ENVIRONMENT_FOLLOWS = '--environment-follows';

export interface ServiceContext {
  log: Log;
  /** Aborted at the first SIGINT or SIGTERM, when the parent that started this process is gone, or when nothing catches an error. */
  stopping: AbortSignal;
  /** Resolves when `stopping` is aborted. */
  stopped: Promise<void>;
  failure: Failure;
  /** Tells the parent that the service is up, e.g. with its URL. */
  ready(details?: Record<string, unknown>): void;
  /** Closed in reverse order after `run` has returned. */
  resources: AsyncDisposableStack;
}

/** An error that nothing catches, also one while the process stops already. */
interface Failure {
  readonly has: boolean;
  /** Resolves at the first of them. */
  readonly first: Promise<void>;
  /** How long the process may go on after it, to hand back what it has, ms; 10 s unless `run` says otherwise. */
  boundMs: number;
}

/** V8 collects once the heap is 60 % larger than what was in use after the last time, not up to four times as large. */
const COLLECT_EARLY = '--heap-growing-percent=60';
/** How long closing may take after the drain before the process exits anyway, ms. */
export const CLOSE_MS = 5_000;
const FAILED_MS = 10_000;
/** How long flushing the log may take; its reader may be gone. */
const LAST_LINES_MS = 300;

/**
 * Runs a service until `run` returns, which should happen soon after `stopping` is aborted. A second signal ends the
 * process at once. Exit codes: 0 stopped, 1 failed, 2 bad configuration.
 */
export async function runService(
  name: string,
  level: string | undefined,
  run: (context: ServiceContext) => Promise<void>,
): Promise<void> {
  setFlagsFromString(COLLECT_EARLY);
  // Screenshots, videos and logs show what a flow saw: only this user may read them.
  process.umask(0o077);
  const output = openLogOutput();
  const log = createLog(name, level ?? 'info', output);
  const exit = createExit(output);
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  listen(log, stop, exit);
  const failure = listenForErrors(log, stop, exit);

  const resources = new AsyncDisposableStack();
  const ready = (details = {}) => tellParent(details);
  const context = { log, stopping: stop.signal, stopped, failure, ready, resources };
  if (process.argv.includes(ENVIRONMENT_FOLLOWS)) await Promise.race([takeEnvironment(), stopped]);
  const ended = await (stop.signal.aborted ? stopped : run(context)).then(
    () => 0,
    (error: unknown) => exitCodeOf(error, stop.signal, log),
  );
  const code = failure.has ? 1 : ended;
  stop.abort(new Error('ended'));
  const forced = () => {
    log.warn('closing took too long: exiting anyway');
    void exit.leave(code);
  };
  setTimeout(forced, CLOSE_MS).unref();
  await resources.disposeAsync().catch((error: unknown) => log.error({ err: error }, 'closing failed'));
  await exit.leave(code);
}

/** A parent that starts us before it knows where our servers are tells that in a message, while all is loaded. */
async function takeEnvironment(): Promise<void> {
  const [{ env }] = (await once(process, 'message')) as [{ env: NodeJS.ProcessEnv }];
  Object.assign(process.env, env);
}

interface Exit {
  readonly hasBegun: boolean;
  /** The first reason to leave is the one that counts. */
  leave(code: number): Promise<void>;
}

function createExit(output: LogOutput): Exit {
  let leaving: Promise<void> | undefined;
  const end = async (code: number) => {
    process.exitCode = code;
    await output.end(LAST_LINES_MS);
    process.exit();
  };
  return {
    get hasBegun() {
      return leaving !== undefined;
    },
    leave: (code) => (leaving ??= end(code)),
  };
}

/** What asks this process to stop, and what ends it at once. */
function listen(log: Log, stop: AbortController, exit: Exit): void {
  let signalled = false;
  const onSignal = (signal: string) => {
    if (exit.hasBegun) return;
    if (signalled) {
      log.warn({ signal }, 'second signal: exiting at once');
      void exit.leave(1);
      return;
    }
    signalled = true;
    log.info({ signal }, 'stopping');
    stop.abort(new Error(`stopped by ${signal}`));
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  process.once('disconnect', () => onSignal('end of parent'));
  // It went while this process was loading.
  if (process.connected === false) onSignal('end of parent');
}

/** An error that nothing caught ends this process as a signal does, in bounded time: others need not lose what it has. */
function listenForErrors(log: Log, stop: AbortController, exit: Exit): Failure {
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const failure = { has: false, first, boundMs: FAILED_MS };
  const onError = (what: string) => (error: unknown) => {
    log.fatal({ err: error }, what);
    if (failure.has) return;
    failure.has = true;
    setTimeout(() => void exit.leave(1), failure.boundMs).unref();
    resolve();
    stop.abort(new Error('nothing caught an error'));
  };
  process.on('uncaughtException', onError('uncaught exception'));
  process.on('unhandledRejection', onError('unhandled rejection'));
  return failure;
}

function exitCodeOf(error: unknown, stopping: AbortSignal, log: Log): number {
  if (error instanceof ConfigError) {
    log.fatal(error.message);
    return 2;
  }
  if (
    stopping.aborted &&
    (error === stopping.reason || (error instanceof Error && error.name === 'AbortError'))
  )
    return 0;
  log.fatal({ err: error }, 'failed');
  return 1;
}

function tellParent(details: Record<string, unknown>): void {
  process.send?.({ type: 'ready', ...details });
}
