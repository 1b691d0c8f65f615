/*
 * `ghostly up` from its first line to its last.
 * Owns: the lock on a home, and the sequence: make ready (stack-options.ts) → start → wait → stop.
 */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makePrivateFolder } from '#shared/platform/files/private-folder.ts';
import { describeExit } from '#shared/platform/process/child.ts';
import { listenForStop, type SignalSource, type StopSignals } from '#shared/platform/process/stop-signals.ts';
import type { CommandContext } from '../command.ts';
import type { BuildNeeds, ServiceScripts } from './built.ts';
import { type Home, homeOf } from './home/home.ts';
import { takeHome } from './home/take-home.ts';
import type { UpFile } from './home/up-file.ts';
import type { KeeperEnd } from './keeper.ts';
import { createLogs, type Logs } from './logs.ts';
import { type Preparation, type PrepareDatabase, prepare } from './prepare.ts';
import { readyMessage } from './ready-message.ts';
import { readUpSettings, type UpArguments, type UpSettings } from './settings.ts';
import { watchParent } from './signals.ts';
import { createStack, type Stack } from './stack.ts';
import { stackOptions } from './stack-options.ts';

export interface UpDeps {
  context: CommandContext;
  serviceScripts: (needs: BuildNeeds) => Promise<ServiceScripts>;
  prepareDatabase: PrepareDatabase;
  /** Called while the database is being made. */
  loadForNewDatabase: () => Promise<unknown>;
  signals: SignalSource;
  /** Monotonic, ms. */
  now: () => number;
}

/** Everything is gone this long after the first signal, ms; longer by as much as the drain is longer than usual. */
const STOP_WITHIN_MS = 20_000;
const USUAL_DRAIN_MS = 10_000;
/** What killing what is left may take, ms. */
const FORCE_MS = 1_500;

const describeEnd = (event: KeeperEnd): string => {
  const again = `restarting in ${(event.againInMs / 1_000).toFixed(1)} s`;
  if ('exit' in event) return `${event.name} ended (${describeExit(event.exit)}), ${again}`;
  const reason = event.error instanceof Error ? event.error.message : String(event.error);
  return `${event.name} did not start: ${reason}; ${again}`;
};

const counted = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;

/** The flow that shows most of what a run is, and passes. */
const FIRST_EXAMPLE = 'examples/order.json';

const exampleIn = ({ root, cwd }: CommandContext): string | undefined => {
  const file = join(root, FIRST_EXAMPLE);
  return existsSync(file) ? relative(cwd, file) : undefined;
};

interface Started {
  up: UpFile;
  preparation: Preparation;
  inMs: number;
}

const announce = (context: CommandContext, home: Home, settings: UpSettings, started: Started): void =>
  context.out(
    readyMessage({
      up: started.up,
      cwd: context.cwd,
      homePath: home.path,
      apiKeyFile: home.apiKeyFile,
      inMs: started.inMs,
      admin: started.preparation.admin,
      adminEmail: settings.admin.email,
      example: exampleIn(context),
      processes: `${counted(settings.gateways, 'gateway')}, ${counted(settings.runners, 'runner')}, 1 supervisor`,
    }),
  );

interface Run {
  home: Home;
  settings: UpSettings;
  logs: Logs;
  stop: StopSignals;
}

const runStack = async (deps: UpDeps, { home, settings, logs, stop }: Run): Promise<void> => {
  const { context, serviceScripts, prepareDatabase, now } = deps;
  const { say } = logs;
  const startedAt = now();
  const options = await stackOptions({ context, serviceScripts, home, settings, say });
  const stopping = new AbortController();
  let preparation: Preparation = { apiKey: '', admin: undefined };

  const stack = createStack(options, {
    prepare: async (urls) => {
      preparation = await prepare(urls, {
        home,
        admin: settings.admin,
        prepareDatabase,
        stopping: stopping.signal,
        isExternal: settings.external.database !== undefined,
        onWaiting: (reason) => say(`the database does not answer yet (${reason}), waiting`),
      });
      return preparation.apiKey;
    },
    log: logs.line,
    onEnd: (event) => say(describeEnd(event)),
    onError: (error) => say(`up.json could not be written: ${String(error)}`),
    now,
  });

  const starting = stack.start();
  if (!existsSync(home.apiKeyFile)) void deps.loadForNewDatabase();
  const ready = starting.then((up) =>
    announce(context, home, settings, { up, preparation, inMs: now() - startedAt }),
  );
  try {
    // A failed start ends `up`; a signal during the start stops it halfway.
    await Promise.race([ready, stop.first]);
    say(`stopping (${await stop.first}); signal again to force`);
  } finally {
    logs.mute();
    stopping.abort(new Error('stopping'));
    await stopWithin(stack, settings.drainMs, stop);
    await starting.catch(() => {}); // a failure went on its way above; being stopped halfway is none
  }
};

const stopWithin = async (stack: Stack, drainMs: number, stop: StopSignals): Promise<void> => {
  const extra = Math.max(0, drainMs - USUAL_DRAIN_MS);
  const timer = setTimeout(stop.force, STOP_WITHIN_MS + extra - FORCE_MS);
  await stack.stop(stop.forced);
  clearTimeout(timer);
};

/** Resolves to the exit code once everything is stopped. @throws one-line errors when the stack cannot be started */
export const runUp = async (args: UpArguments, deps: UpDeps): Promise<number> => {
  const { context, now } = deps;
  const settings = readUpSettings(context.env, args);
  const home = homeOf(context.env, context.cwd);
  await makePrivateFolder(home.path);
  const lock = await takeHome(home, context.out);
  if (!lock) return 0;
  const stop = listenForStop(deps.signals, now);
  const isUnderNpm = Boolean(context.env.npm_lifecycle_event);
  const leaveParent = watchParent(
    isUnderNpm,
    () => process.ppid,
    () => stop.ask('SIGHUP'),
  );
  const logs = createLogs(home.logs, context.out, () => new Date());
  try {
    await runStack(deps, { home, settings, logs, stop });
    logs.say('stopped');
    return 0;
  } finally {
    leaveParent();
    logs.close();
    await lock.release();
    stop.dispose(); // last: one more signal must not end the process before its lock is away
  }
};
