/*
 * One service (gateway, runner, supervisor) as a child in a process group of its own: a terminal's Ctrl-C does not reach
 * it, and if we are killed the closed channel ends it. Owns: the child. Does not own: restarts (keeper.ts), its log file.
 */
import { fork } from 'node:child_process';
import { NODE_ARGUMENTS } from '#shared/platform/process/node-options.ts';
import { ENVIRONMENT_FOLLOWS } from '#shared/platform/process/service.ts';
import { type Exit, endChild, followChild } from '../local/process/child.ts';
import { rememberLines } from '../local/process/last-lines.ts';
import { endingOf } from './echo.ts';
import type { Running } from './kept-process.ts';

export interface StartService {
  name: string;
  script: string;
  env: Record<string, string | undefined>;
  /** What else it needs, if that is not known yet: it loads meanwhile. */
  envLater?: Promise<Record<string, string | undefined>> | undefined;
  cwd: string;
  log: (line: string) => void;
}

const REMEMBERED_LINES = 40;

export type ServiceRunning = Running & {
  /** Where a gateway listens, without a trailing slash. */
  url: string | undefined;
};

/** A service ended before it was ready. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';
  readonly code = 'service_start_failed';
}

const urlIn = (message: unknown): string | undefined =>
  typeof message === 'object' && message !== null && 'url' in message && typeof message.url === 'string'
    ? message.url.replace(/\/+$/, '')
    : undefined;

const isReady = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';

export const describeExit = ({ code, signal }: Exit): string =>
  signal === null ? `exit code ${code ?? 'unknown'}` : signal;

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is empty.
  }
};

const forkService = ({ script, cwd, env, envLater }: Omit<StartService, 'name' | 'log'>) =>
  fork(script, envLater === undefined ? [] : [ENVIRONMENT_FOLLOWS], {
    cwd,
    env: env as NodeJS.ProcessEnv,
    execArgv: [...NODE_ARGUMENTS],
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });

/** Resolves once the service is ready. `onSpawn` gets it before that, so that it can be stopped meanwhile. */
export const startService = async (
  { log, ...options }: StartService,
  onSpawn: (running: Running) => void,
): Promise<ServiceRunning> => {
  const { name } = options;
  const child = forkService(options);
  const ready = Promise.withResolvers<string | undefined>();
  const last = rememberLines(REMEMBERED_LINES);
  const onLine = (line: string) => {
    log(line);
    last.add(line);
  };
  const exited = followChild(child, onLine, 'exit');
  child.on('message', (message) => {
    if (isReady(message)) ready.resolve(urlIn(message));
  });

  // One that has ended meanwhile does not hear it.
  void options.envLater?.then((later) => child.send({ env: later }, () => undefined));

  const { pid } = child;
  if (pid === undefined) throw new ServiceStartError(`${name} could not be started: ${endingOf(last.lines)}`);
  const running: Running = {
    pid,
    exited,
    stop: async (withinMs) => {
      await endChild(child, exited, [['SIGTERM', withinMs]]);
      killGroup(pid);
    },
    kill: () => killGroup(pid),
  };
  onSpawn(running);
  const ended = exited.then((result) => {
    killGroup(pid);
    throw new ServiceStartError(
      `${name} ended before it was ready (${describeExit(result)}): ${endingOf(last.lines)}`,
    );
  });
  const url = await Promise.race([ready.promise, ended]);
  // The keeper handles a later end.
  ended.catch(() => {});
  return { ...running, url };
};
