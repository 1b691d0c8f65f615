import type { Random } from './random.ts';

export const SERVICES = { gateway: 2, runner: 3, supervisor: 2 } as const;
export type Service = keyof typeof SERVICES;
export type Server = 'postgres' | 'nats';

/** What goes wrong, and for how long, ms: the process is away or stopped, the server is down, the network is so. */
export type Fault = { at: number; forMs: number } & (
  | { what: 'kill' | 'terminate'; service: Service; n: number }
  | { what: 'pause'; service: Service; n: number }
  | { what: 'browser'; n: number }
  | { what: 'postgres'; how: 'kill' | 'restart' }
  | { what: 'nats'; how: 'kill' | 'restart' | 'wipe' }
  | { what: Network; service: Service; server: Server }
  /** The connection breaks just after such a statement was sent: its outcome stays unknown. */
  | { what: 'lostAnswer'; service: Service; of: keyof typeof STATEMENTS }
);
/** `deaf`: what the server says does not arrive, what is said to it does. */
export type Network = 'cut' | 'sever' | 'delay' | 'halfOpen' | 'deaf' | 'hold';

/** What is looked for on the way to PostgreSQL, by whom it is sent. */
export const STATEMENTS = {
  transition: { service: 'runner', match: '"type":"transition"' },
  end: { service: 'runner', match: '"type":"run_end"' },
  finalise: { service: 'supervisor', match: '"type":"run_end"' },
  cancel: { service: 'gateway', match: 'graceful' },
  accept: { service: 'gateway', match: '"running.queued"' },
} as const satisfies Record<string, { service: Service; match: string }>;

const NETWORK: Record<Network, number> = { cut: 6, sever: 3, delay: 4, halfOpen: 3, deaf: 2, hold: 3 };
/** The share of each kind. Servers come back last, so that there are few of them. */
const KINDS = {
  kill: 16,
  pause: 12,
  terminate: 7,
  browser: 12,
  network: 34,
  lostAnswer: 13,
  postgres: 3,
  nats: 6,
};

/** Spread over the time, the last of it left free to settle. */
export function planFaults(random: Random, { forMs, faults }: { forMs: number; faults: number }): Fault[] {
  return Array.from({ length: faults }, (_, n) => {
    const at = Math.round(((n + random.next()) / faults) * (forMs - 500)) + 400;
    return { at, ...planFault(random) } as Fault;
  });
}

type Planned = Fault extends infer One ? (One extends Fault ? Omit<One, 'at'> : never) : never;

function planFault(random: Random): Planned {
  const kind = random.weighed<keyof typeof KINDS>(KINDS);
  const service = random.weighed<Service>({ gateway: 3, runner: 5, supervisor: 2 });
  const n = random.between(0, SERVICES[service] - 1);
  switch (kind) {
    case 'kill':
      return { what: 'kill', service, n, forMs: random.between(0, 1_200) };
    case 'pause':
      return {
        what: 'pause',
        service,
        n,
        forMs: random.chance(0.5) ? random.between(50, 800) : random.between(800, 4_000),
      };
    case 'terminate':
      return { what: 'terminate', service, n, forMs: random.between(0, 400) };
    case 'browser':
      return { what: 'browser', n: random.between(0, SERVICES.runner - 1), forMs: 0 };
    case 'postgres':
      return {
        what: 'postgres',
        how: random.chance(0.7) ? 'kill' : 'restart',
        forMs: random.between(0, 1_800),
      };
    case 'nats':
      return {
        what: 'nats',
        how: random.weighed({ kill: 5, restart: 3, wipe: 2 }),
        forMs: random.between(0, 2_500),
      };
    case 'network':
      return {
        what: random.weighed(NETWORK),
        service,
        server: random.chance(0.6) ? 'postgres' : 'nats',
        forMs: random.chance(0.6) ? random.between(20, 500) : random.between(500, 2_500),
      };
    default: {
      const of = random.weighed<keyof typeof STATEMENTS>({
        transition: 5,
        end: 5,
        finalise: 2,
        cancel: 5,
        accept: 4,
      });
      return { what: 'lostAnswer', service: STATEMENTS[of].service, of, forMs: random.between(300, 1_500) };
    }
  }
}
