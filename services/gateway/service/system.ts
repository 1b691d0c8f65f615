import { type GatewayRow, readGateways } from '#shared/adapters/database/processes/gateways.ts';
import type { QueueCauses } from '#shared/adapters/database/run-views/queue-causes.ts';
import {
  type HeldRunRow,
  type RunnerRow,
  readSystem,
  type SystemRow,
} from '#shared/adapters/database/run-views/system.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import {
  RUNNER_UNAVAILABLE,
  type RunnerUnavailableCode,
  SYSTEM_LIMIT,
  type System,
} from '#shared/api/contract/service/system.ts';
import { silentAfterMs } from '#shared/platform/config/timing.ts';
import { type Actor, may, seesAllRuns, webhooksShownTo } from '../access/policy.ts';
import type { GatewayConfig } from '../deps.ts';
import type { Handler } from '../http/call.ts';
import { SILENT_GATEWAY_MS } from './presence.ts';
import type { Reach } from './reach.ts';

/** I11: numbers for all callers with credentials; webhooks and runs for those who may read them, places for admins. */
export const createSystem =
  ({ sql, config: { leaseMs }, readQueue, reach, gatewayId }: SystemDeps): Handler<'system'> =>
  async ({ actor }) => {
    const showPlaces = seesAllRuns(actor);
    const wanted = {
      viewerId: actor.userId,
      shows: shownTo(actor),
      webhooks: webhooksShownTo(actor),
      silentMs: silentAfterMs(leaseMs),
      ...SYSTEM_LIMIT,
    } as const;
    const [row, queue, gateways] = await Promise.all([
      readSystem(sql, wanted),
      readQueue(),
      readGateways(sql, SILENT_GATEWAY_MS),
    ]);
    // What it has stored of itself may be from before an outage.
    const answering = { silent: false, looks: reach.looks(), seenAt: row.now };
    const body = {
      ...presentSystem(row, queue, { leaseMs, showPlaces }),
      ...(wanted.webhooks !== 'nobody' && { webhooks: row.webhooks }),
      servers: reach.looks(),
      gateways: gateways
        .map((row) => (row.id === gatewayId ? { ...row, ...answering } : row))
        .map((gateway) => presentGateway(gateway, showPlaces)),
    };
    return { status: 200, body };
  };

interface SystemDeps {
  sql: Sql;
  config: Pick<GatewayConfig, 'leaseMs'>;
  /** Reads how many runs wait, and for what. */
  readQueue(): Promise<QueueCauses>;
  reach: Pick<Reach, 'looks'>;
  /** The gateway that answers. */
  gatewayId: string;
}

const shownTo = (actor: Actor) => {
  if (may(actor, 'runs:read') !== 'allowed') return 'nobody';
  return seesAllRuns(actor) ? 'everybody' : 'own';
};

interface Showing {
  leaseMs: number;
  showPlaces: boolean;
}

function presentSystem(
  row: SystemRow,
  { length, oldestAt, causes }: QueueCauses,
  { leaseMs, showPlaces }: Showing,
): Omit<System, 'servers' | 'gateways'> {
  const { leader } = row;
  const supervisors = row.supervisors.map(({ id, since }) => ({
    id,
    leader: id === leader?.id,
    ...(since !== null && { since: isoTime(since) }),
  }));
  return {
    now: row.now.toISOString(),
    leaseMs,
    queue: { length, ...(oldestAt && { oldestAt: oldestAt.toISOString() }), causes },
    runs: { running: row.running, cancelling: row.cancelling },
    runners: row.runners.map((runner) => presentRunner(runner, showPlaces)),
    supervisors: supervisors.toSorted((a, b) => Number(b.leader) - Number(a.leader)),
    ...(leader && { leader: { id: leader.id, until: isoTime(leader.until) } }),
  };
}

const presentGateway = (
  { id, host, pid, looks: servers, startedAt, seenAt, silent }: GatewayRow,
  showPlaces: boolean,
): System['gateways'][number] => ({
  id,
  condition: silent ? 'silent' : 'alive',
  startedAt: startedAt.toISOString(),
  seenAt: seenAt.toISOString(),
  servers,
  ...(showPlaces && { host, pid }),
});

function presentRunner(runner: RunnerRow, showPlaces: boolean): System['runners'][number] {
  const { id, host, pid, labels, slots, busy, browsers, trouble, connected, silent } = runner;
  const unavailable = unavailableOf(runner);
  return {
    id,
    condition: !connected ? 'gone' : silent ? 'silent' : 'alive',
    labels,
    slots,
    busy,
    // What has ended has no browser any more (I8).
    ...(browsers !== null && { browsers: connected ? browsers : 0 }),
    takesRuns: unavailable === undefined || unavailable.code === 'full',
    ...(unavailable && { unavailable }),
    startedAt: isoTime(runner.startedAt),
    heartbeatAt: isoTime(runner.seenAt),
    ...(showPlaces && { host, pid, ...(trouble !== null && { trouble }) }),
    runs: runner.runs.map(presentHeld),
  };
}

type Unavailable = System['runners'][number]['unavailable'];

/** A runner whose session is lost is not connected, but can still say so. */
function unavailableOf(runner: RunnerRow): Unavailable {
  const { connected, silent, unavailable, busy, slots } = runner;
  if (silent) return because(connected ? 'silent' : 'gone');
  if (!connected && unavailable !== 'no_session') return because('gone');
  if (unavailable !== null) return because(unavailable);
  return busy >= slots ? because('full') : undefined;
}

const isKnown = (code: string): code is RunnerUnavailableCode => Object.hasOwn(RUNNER_UNAVAILABLE, code);
const because = (code: string): Unavailable =>
  isKnown(code) ? { code, text: RUNNER_UNAVAILABLE[code] } : { text: code };

const presentHeld = ({ id, status, state, leaseUntil, heartbeatAt }: HeldRunRow) => ({
  id,
  status,
  state,
  ...(leaseUntil !== null && { leaseUntil: isoTime(leaseUntil) }),
  ...(heartbeatAt !== null && { heartbeatAt: isoTime(heartbeatAt) }),
});

const isoTime = (time: string): string => new Date(time).toISOString();
