/*
 * `ghostly up` from its first line to its last.
 * Owns: the lock on a home, and the sequence: prepare the machine → clear leftovers → start → wait → stop.
 */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { LocalError } from '#shared/binaries/errors.ts';
import { makePrivateFolder } from '#shared/process/private-folder.ts';
import type { CommandContext } from '../command.ts';
import { prepareMachine } from '../setup/setup.ts';
import { type Home, homeOf } from './home.ts';
import type { KeeperEnd } from './keeper.ts';
import { endLeftovers } from './leftovers.ts';
import { takeLock } from './lock.ts';
import { createLogs, type Logs } from './logs.ts';
import { tellOfOther } from './other-up.ts';
import { chooseGatewayPorts } from './ports.ts';
import { type Preparation, type PrepareDatabase, prepare } from './prepare.ts';
import { readyMessage } from './ready-message.ts';
import { loadSecrets } from './secrets.ts';
import { describeExit } from './service.ts';
import type { ServiceKind } from './service-keeper.ts';
import { readUpSettings, type UpArguments, type UpSettings } from './settings.ts';
import { listenForStop, type SignalSource, type StopSignals, watchParent } from './signals.ts';
import { createStack } from './stack.ts';
import type { UpFile } from './up-file.ts';
import { prepareWebApp } from './web-app.ts';

export interface UpDeps {
  context: CommandContext;
  scripts: Readonly<Record<ServiceKind, string>>;
  prepareDatabase: PrepareDatabase;
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

const runStack = async (
  deps: UpDeps,
  home: Home,
  settings: UpSettings,
  logs: Logs,
  stop: StopSignals,
): Promise<void> => {
  const { context, now } = deps;
  const startedAt = now();
  const needs = { postgres: !settings.external.database, nats: !settings.external.nats, chromium: true };
  const buildingWebApp = prepareWebApp({ root: context.root, env: context.env, say: logs.say });
  const machine = await prepareMachine(needs, { env: context.env, say: logs.say, onWarn: logs.say });
  if (machine === undefined)
    throw new LocalError('binary_missing', 'not started: see the missing programs above');

  const ended = await endLeftovers(home);
  if (ended.length > 0) logs.say(`ended processes of an earlier start: ${ended.join(', ')}`);
  const gatewayPorts = await chooseGatewayPorts(settings.port, settings.gateways, settings.host);
  const { secrets, isNew } = await loadSecrets(home);
  const webApp = await buildingWebApp;
  const stopping = new AbortController();
  let preparation: Preparation = { apiKey: '', admin: undefined };

  const stack = createStack(
    {
      home,
      secrets,
      secretsWereLost: isNew,
      cwd: context.cwd,
      scripts: deps.scripts,
      env: {
        ...context.env,
        HOST: settings.host,
        GHOSTLY_HOME: home.path,
        GHOSTLY_JWT_SECRET: settings.jwtSecret ?? secrets.jwtSecret,
        CHROMIUM_PATH: machine.chromium,
        GHOSTLY_EGRESS: settings.egress,
        GHOSTLY_WEB_DIR: webApp,
      },
      gatewayPorts,
      runners: settings.runners,
      drainMs: settings.drainMs,
      external: settings.external,
      natsServer: machine.natsServer,
    },
    {
      prepare: async (urls) => {
        preparation = await prepare(urls, {
          home,
          admin: settings.admin,
          prepareDatabase: deps.prepareDatabase,
          isExternal: settings.external.database !== undefined,
          stopping: stopping.signal,
          onWaiting: (reason) => logs.say(`the database does not answer yet (${reason}), waiting`),
        });
        return preparation.apiKey;
      },
      log: logs.line,
      onEnd: (event) => logs.say(describeEnd(event)),
      onError: (error) => logs.say(`up.json could not be written: ${String(error)}`),
      now,
    },
  );

  const starting = stack.start();
  const announce = async (up: UpFile) =>
    context.out(
      readyMessage({
        up,
        cwd: context.cwd,
        homePath: home.path,
        apiKeyFile: home.apiKeyFile,
        inMs: now() - startedAt,
        admin: preparation.admin,
        adminEmail: settings.admin.email,
        example: exampleIn(context),
        processes: `${counted(settings.gateways, 'gateway')}, ${counted(settings.runners, 'runner')}, 1 supervisor`,
      }),
    );
  try {
    // A failed start ends `up`; a signal during the start stops it halfway.
    await Promise.race([starting.then(announce), stop.first]);
    const signal = await stop.first;
    logs.say(`stopping (${signal}); signal again to force`);
  } finally {
    logs.mute();
    stopping.abort(new Error('stopping'));
    const extra = Math.max(0, settings.drainMs - USUAL_DRAIN_MS);
    const timer = setTimeout(stop.force, STOP_WITHIN_MS + extra - FORCE_MS);
    await stack.stop(stop.forced);
    clearTimeout(timer);
    await starting.catch(() => {}); // a failure went on its way above; being stopped halfway is none
  }
};

/** Resolves to the exit code once everything is stopped. @throws one-line errors when the stack cannot be started */
export const runUp = async (args: UpArguments, deps: UpDeps): Promise<number> => {
  const { context, now } = deps;
  const settings = readUpSettings(context.env, args);
  const home = homeOf(context.env, context.cwd);
  await makePrivateFolder(home.path);
  const lock = await takeLock(home.lockFile, process.pid);
  if (lock.held) {
    await tellOfOther(home, lock.by.pid, context.out, now);
    return 0;
  }
  const stop = listenForStop(deps.signals, now);
  const isUnderNpm = Boolean(context.env.npm_lifecycle_event);
  const leaveParent = watchParent(
    isUnderNpm,
    () => process.ppid,
    () => stop.ask('SIGHUP'),
  );
  const logs = createLogs(home.logs, context.out, () => new Date());
  try {
    await runStack(deps, home, settings, logs, stop);
    logs.say('stopped');
    return 0;
  } finally {
    leaveParent();
    logs.close();
    await lock.release();
    stop.dispose(); // last: one more signal must not end the process before its lock is away
  }
};
