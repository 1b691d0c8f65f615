/*
 * Does what the schedule's faults say, and undoes it. Faults on the same target come one after the other. Owns nothing
 * beyond the faults under way.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { PostgresServer } from '../../support/servers/postgres-server.ts';
import type { TestNats } from '../../support/servers/servers.ts';
import { browsersOf } from './browsers.ts';
import type { FaultEntry, History } from './history.ts';
import { type Fault, type Network, STATEMENTS } from './plan-faults.ts';
import type { Slot, World } from './world.ts';

export interface Injector {
  inject(fault: Fault): void;
  /** Resolves when every fault is over and every process was started again; to what did not end or get ready in time. */
  healed(): Promise<string[]>;
}

export interface InjectorDeps {
  history: History;
  world: World;
  postgres: PostgresServer;
  nats: TestNats;
}

type Befallen = Partial<FaultEntry> | undefined;

/** How long a process may take to be ready, though others need the machine, too. */
const READY_MS = 40_000;
/** Time after which it should have forced itself to end. */
const EXIT_MS = 30_000;

export function createInjector({ history, world, postgres, nats }: InjectorDeps): Injector {
  const turns = new Map<string, Promise<void>>();
  const broken: string[] = [];

  const inject = (fault: Fault) => {
    const target = targetOf(fault);
    const turn = (turns.get(target) ?? Promise.resolve()).then(async () => {
      const from = Date.now();
      const befallen = await befall(fault);
      history.add({
        kind: 'fault',
        what: fault.what,
        from,
        to: Date.now(),
        ...(befallen ?? { missed: true }),
      });
    });
    turns.set(target, turn);
  };

  const befall = (fault: Fault): Promise<Befallen> | Befallen => {
    switch (fault.what) {
      case 'kill':
      case 'terminate':
        return end(world.slot(fault.service, fault.n), fault);
      case 'pause':
        return pause(world.slot(fault.service, fault.n), fault);
      case 'browser':
        return killBrowser(fault.n);
      case 'postgres':
        return stopPostgres(fault);
      case 'nats':
        return stopNats(fault);
      case 'lostAnswer':
        return loseAnswer(fault);
      default:
        return disturb(fault);
    }
  };

  const end = async (
    slot: Slot,
    { what, forMs }: Fault & { what: 'kill' | 'terminate' },
  ): Promise<Befallen> => {
    const { process: victim, service } = slot;
    if (!victim?.running) return undefined;
    victim.signal(what === 'kill' ? 'SIGKILL' : 'SIGTERM');
    if (!(await settlesWithin(victim.exited, EXIT_MS))) {
      broken.push(`${service} ${victim.pid} did not end when asked to`);
      victim.signal('SIGKILL');
      await victim.exited;
    }
    await delay(forMs);
    // Back only when it works again.
    const { ready, pid } = slot.start();
    if (!(await settlesWithin(ready, READY_MS))) broken.push(`${service} ${pid} did not get ready`);
    return { service, pid: victim.pid };
  };

  const pause = async ({ process: victim, service }: Slot, { forMs }: Fault): Promise<Befallen> => {
    if (!victim?.running) return undefined;
    victim.signal('SIGSTOP');
    await delay(forMs);
    victim.signal('SIGCONT');
    return { service, pid: victim.pid };
  };

  const killBrowser = async (n: number): Promise<Befallen> => {
    const { process: runner } = world.slot('runner', n);
    const all = await browsersOf(world.stack.home);
    const browser = all.find(({ runnerPid }) => runnerPid === runner?.pid);
    if (!browser) return undefined;
    try {
      process.kill(browser.pid, 'SIGKILL');
    } catch {
      return undefined; // it went by itself
    }
    return { service: 'runner', pid: browser.runnerPid };
  };

  const stopPostgres = async ({ how, forMs }: Fault & { what: 'postgres' }): Promise<Befallen> => {
    await (how === 'kill' ? postgres.kill() : postgres.shutDown());
    await delay(forMs);
    await postgres.startAgain();
    return { server: 'postgres', what: `postgres ${how}` };
  };

  const stopNats = async ({ how, forMs }: Fault & { what: 'nats' }): Promise<Befallen> => {
    if (how === 'restart') await nats.stop();
    else {
      process.kill(nats.pid, 'SIGKILL');
      await nats.exited;
    }
    await delay(forMs);
    await nats.startAgain({ wiped: how === 'wipe' });
    return { server: 'nats', what: `nats ${how}` };
  };

  const disturb = async (fault: Fault & { what: Network }): Promise<Befallen> => {
    const { what, service, server, forMs } = fault;
    const proxy = world.proxy(service, server);
    if (what === 'cut') proxy.cut();
    else if (what === 'sever') proxy.sever();
    else if (what === 'halfOpen') proxy.swallow();
    else if (what === 'deaf') proxy.swallow('toClient');
    else if (what === 'delay') proxy.delay(Math.min(forMs, 300));
    else proxy.hold();
    await delay(forMs);
    proxy.heal();
    return { service, server };
  };

  const loseAnswer = async ({ service, of, forMs }: Fault & { what: 'lostAnswer' }): Promise<Befallen> => {
    const { sprung, disarm } = world
      .proxy(service, 'postgres')
      .trap({ match: STATEMENTS[of].match, when: 'answered' });
    const caught = await Promise.race([sprung, delay(forMs)]);
    disarm();
    return caught ? { service, server: 'postgres', what: `lostAnswer ${of}` } : undefined;
  };

  return {
    inject,
    async healed() {
      await Promise.all(turns.values());
      return broken;
    },
  };
}

const targetOf = (fault: Fault): string => {
  if (fault.what === 'postgres' || fault.what === 'nats') return fault.what;
  if (fault.what === 'browser') return `runner ${fault.n}`;
  if (fault.what === 'lostAnswer') return `${fault.service} answers`;
  return 'server' in fault ? `${fault.service} ${fault.server}` : `${fault.service} ${fault.n}`;
};
