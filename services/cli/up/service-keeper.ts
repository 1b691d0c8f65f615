import { removeRecord, writeRecord } from './home/pid-record.ts';
import { createKeeper, type Keeper, type Watch } from './keeper.ts';
import type { Running } from './kept-process.ts';
import { type ServiceRunning, type StartService, startService } from './service.ts';

export type ServiceKeeper = Keeper & {
  /** Where it listens, once it was ready for the first time. */
  readonly url: string | undefined;
};

export type ServiceKeeperOptions = Omit<StartService, 'env' | 'envLater' | 'script'> & {
  script: Promise<string>;
  pidFolder: string;
  /** Called at each start, since the addresses of the servers are known late: they are when `known` has resolved. */
  env: () => Record<string, string | undefined>;
  known: Promise<void>;
};

/** Keeps one service alive, on the port it first got, and its pid recorded for a later start (leftovers.ts). */
export const createServiceKeeper = (options: ServiceKeeperOptions, watch: Watch): ServiceKeeper => {
  const { name, pidFolder } = options;
  let url: string | undefined;
  let isKnown = false;
  void options.known.then(() => {
    isKnown = true;
  });

  const record = async ({ pid, exited }: Running): Promise<void> => {
    await writeRecord(pidFolder, name, pid);
    await exited;
    await removeRecord(pidFolder, name);
  };

  const start = async (onSpawn: (running: Running) => void): Promise<ServiceRunning> => {
    const port = url === undefined ? {} : { PORT: new URL(url).port };
    const script = await options.script;
    const env = () => ({ ...options.env(), ...port });
    const envLater = isKnown ? undefined : options.known.then(env);
    const running = await startService({ ...options, script, env: env(), envLater }, (spawned) => {
      onSpawn(spawned);
      // Without the record, only a later clean-up would miss this process.
      record(spawned).catch(() => {});
    });
    url ??= running.url;
    return running;
  };

  const keeper = createKeeper({ name, start, ...watch });
  return {
    name,
    get pid() {
      return keeper.pid;
    },
    get url() {
      return url;
    },
    start: keeper.start,
    stop: keeper.stop,
    kill: keeper.kill,
  };
};
