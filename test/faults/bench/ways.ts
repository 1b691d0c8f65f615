/*
 * The ways of one kind of service to PostgreSQL and to NATS, each through a proxy whose network can fail. Owns the
 * proxies.
 */
import { type FaultProxy, startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';

/** To one server. */
export type Way = Pick<FaultProxy, 'cut' | 'sever' | 'swallow' | 'delay' | 'hold' | 'heal' | 'trap'>;

export interface Ways extends AsyncDisposable {
  readonly postgres: Way;
  readonly nats: Way;
  /** The variables that the service gets. */
  readonly env: NodeJS.ProcessEnv;
}

interface Servers {
  databaseUrl: string;
  natsUrl: string;
  /** The URL of one in front of PostgreSQL. */
  pooler?: string;
}

export async function openWays({ databaseUrl, natsUrl, pooler }: Servers): Promise<Ways> {
  const direct = await startFaultProxy(databaseUrl);
  const nats = await startFaultProxy(natsUrl);
  const pooled = pooler === undefined ? undefined : await startFaultProxy(pooler);
  const all = [direct, nats, ...(pooled ? [pooled] : [])];
  return {
    postgres: pooled ? both(pooled, direct) : direct,
    nats,
    env: {
      NATS_URL: nats.url,
      DATABASE_URL: (pooled ?? direct).url,
      ...(pooled && { DATABASE_SESSION_URL: direct.url }),
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(all.map((one) => one[Symbol.asyncDispose]()))),
  };
}

/** The same happens to both. A trap is on the first, by which statements go. */
function both(first: FaultProxy, second: FaultProxy): Way {
  const each = (act: (one: FaultProxy) => void) => {
    for (const one of [first, second]) act(one);
  };
  return {
    cut: (how) => each((one) => one.cut(how)),
    sever: (how) => each((one) => one.sever(how)),
    swallow: (...directions) => each((one) => one.swallow(...directions)),
    delay: (ms, ...directions) => each((one) => one.delay(ms, ...directions)),
    hold: (...directions) => each((one) => one.hold(...directions)),
    heal: () => each((one) => one.heal()),
    trap: (trap) => first.trap(trap),
  };
}
