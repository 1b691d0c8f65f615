/*
 * One service (gateway, runner, supervisor) as a child in a process group of its own: a terminal's Ctrl-C does not reach
 * it, and if we are killed the closed channel ends it. Owns: the child. Does not own: restarts (keeper.ts), its log file.
 */
import { fork } from 'node:child_process';
import { ChildEndedError, describeExit, followChild, signalGroup } from '#shared/platform/process/child.ts';
import { NODE_ARGUMENTS } from '#shared/platform/process/node-options.ts';
import { ENVIRONMENT_FOLLOWS } from '#shared/platform/process/service.ts';
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

export type ServiceRunning = Running & {
  /** Where a gateway listens, without a trailing slash. */
  url: string | undefined;
};

/** A service ended before it was ready. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';
  readonly code = 'service_start_failed';
}

/** What a service says when it is ready, if `message` is that. */
const readyIn = (message: unknown): { url: string | undefined } | undefined => {
  if (typeof message !== 'object' || message === null || !('type' in message) || message.type !== 'ready')
    return undefined;
  const url = 'url' in message && typeof message.url === 'string' ? message.url : undefined;
  return { url: url?.replace(/\/+$/, '') };
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
  const child = followChild(forkService(options), { onLine: log, leadsGroup: true });
  const { pid } = child;
  if (pid === undefined) {
    await child.exited;
    throw new ServiceStartError(`${options.name} could not be started: ${endingOf(child.lines)}`);
  }
  const ready = child.message(readyIn);
  void options.envLater?.then((later) => child.process.send({ env: later }, () => undefined)); // its end is seen below
  const running: Running = {
    pid,
    exited: child.exited,
    stop: async (withinMs) => void (await child.stop([['SIGTERM', withinMs]])),
    kill: () => signalGroup(pid, 'SIGKILL'),
  };
  onSpawn(running);
  try {
    return { ...running, ...(await ready) };
  } catch (cause) {
    if (!(cause instanceof ChildEndedError)) throw cause;
    throw new ServiceStartError(
      `${options.name} ended before it was ready (${describeExit(cause.exit)}): ${endingOf(child.lines)}`,
      { cause },
    );
  }
};
