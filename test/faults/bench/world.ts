/*
 * The processes of a bench run: gateways, runners and supervisors, each kind with its own way to PostgreSQL and to NATS.
 * Owns the proxies; the processes belong to their stack, which ends them after the file at the latest.
 */
import { freePort } from '../../../services/cli/local/process/free-port.ts';
import { startPgBouncer } from '../../support/servers/pgbouncer.ts';
import type { TestNats } from '../../support/servers/servers.ts';
import type { ServiceProcess } from '../../support/stack/service-process.ts';
import { createStack, type Stack } from '../../support/stack/stack.ts';
import type { History, Timing } from './history.ts';
import { SERVICES, type Server, type Service } from './plan-faults.ts';
import { openWays, type Way, type Ways } from './ways.ts';

export interface Slot {
  readonly service: Service;
  readonly n: number;
  /** The last one; it may have ended. */
  process: ServiceProcess | undefined;
  /** `root`: another tree than the world's. */
  start(root?: string): ServiceProcess;
}

export interface World {
  readonly stack: Stack;
  readonly slots: readonly Slot[];
  slot(service: Service, n: number): Slot;
  /** What can go wrong between them. */
  proxy(service: Service, server: Server): Way;
  gatewayUrl(n: number): string;
  /** Ends all processes; resolves to those that had to be killed. */
  stop(): Promise<string[]>;
}

export interface WorldOptions {
  history: History;
  timing: Timing;
  databaseUrl: string;
  nats: TestNats;
  /** How many of each; as the schedule has them, if left out. */
  count?: Record<Service, number>;
  /** Another source tree to start them from. */
  root?: string;
  accounts?: boolean;
  /** Behind a PgBouncer, but for what goes to the server itself. */
  pooled?: boolean;
}

/** So many instructions of the machine's that other tests need, too: few slots, few browsers. */
const SLOTS = '4';
/** The site of the bench, and nothing else on this machine. */
const EGRESS = '127.0.0.1/32';

export async function createWorld(options: WorldOptions): Promise<World> {
  const { history, timing, databaseUrl, nats, count = SERVICES, pooled = false } = options;
  const stack = await createStack({
    databaseUrl,
    nats,
    ...(options.root !== undefined && { root: options.root }),
    ...(options.accounts !== undefined && { accounts: options.accounts }),
    env: {
      GHOSTLY_LEASE_MS: String(timing.leaseMs),
      GHOSTLY_CANCEL_GRACE_MS: String(timing.graceMs),
      GHOSTLY_DRAIN_MS: '300',
      RUNNER_SLOTS: SLOTS,
      GHOSTLY_EGRESS: EGRESS,
    },
  });
  const services = Object.keys(SERVICES) as Service[];
  const servers = {
    databaseUrl,
    natsUrl: nats.serviceUrl,
    ...(pooled && { pooler: await startPgBouncer(databaseUrl) }),
  };
  const ways = new Map<Service, Ways>();
  for (const service of services) ways.set(service, await openWays(servers));
  const written: Promise<void>[] = [];
  const ports = await Promise.all(Array.from({ length: count.gateway }, () => freePort()));

  const createSlot = (service: Service, n: number): Slot => {
    const slot: Slot = { service, n, process: undefined, start };
    function start(root?: string): ServiceProcess {
      const env = {
        ...ways.get(service)!.env,
        ...(service === 'gateway' && { PORT: String(ports[n]) }),
      };
      const started = stack.launch(service, env, root);
      const { pid, lines } = started;
      history.add({ kind: 'process', service, n, pid, event: 'started', at: Date.now() });
      const ended = started.exited.then(() => {
        history.add({ kind: 'process', service, n, pid, event: 'ended', at: Date.now() });
        for (const line of lines) history.add({ kind: 'log', service, pid, line });
      });
      written.push(ended);
      slot.process = started;
      return started;
    }
    return slot;
  };
  const slots = services.flatMap((service) =>
    Array.from({ length: count[service] }, (_, n) => createSlot(service, n)),
  );

  return {
    stack,
    slots,
    slot: (service, n) => slots.find((slot) => slot.service === service && slot.n === n)!,
    proxy: (service, server) => ways.get(service)![server],
    gatewayUrl: (n) => `http://127.0.0.1:${ports[n % ports.length]}`,
    async stop() {
      const unwilling = await Promise.all(
        slots.map(async ({ service, n, process: last }) =>
          !last || (await last.stop()) ? [] : [`${service} ${n}`],
        ),
      );
      await Promise.all(written);
      await Promise.all([...ways.values()].map((one) => one[Symbol.asyncDispose]()));
      return unwilling.flat();
    },
  };
}
