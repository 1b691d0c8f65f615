import { PREFIX } from '#shared/domain/events/between.ts';
import type { Payload } from '#shared/domain/events/events.ts';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import { MAY_AWAIT_PERSON } from '#shared/domain/run/states.ts';
import { type Columns, columns } from '../columns.ts';
import type { RunEntity } from '../entities/runs.ts';
import { IS_ANSWERED } from '../orders/answers.ts';
import { isAsking, isPaused } from '../orders/orders.ts';
import { IS_RESUMED } from '../orders/pauses.ts';
import { JOIN_LEASE } from '../runs/leases.ts';
import { IS_KEPT, QUEUED_SINCE } from '../runs/park.ts';
import type { Sql } from '../sql.ts';
import { DOUBTED_OWNER_LOST } from './owner-lost.ts';

const SITUATION = [
  ...([
    'id',
    'status',
    'shownStatus',
    'state',
    'snapshot',
    'owner',
    'epoch',
    'lastSeq',
    'createdAt',
    'queueUntil',
    'parkedUntil',
  ] as const),
  ...(['userId', 'projectId', 'concurrencyKey', 'runnerLabels', 'onRunnerLoss', 'attempt'] as const),
] as const;

/** How a run stands at one moment, by the database: what it can wait for follows from that. */
export interface Situation extends Columns<typeof RunEntity, (typeof SITUATION)[number]> {
  requestedAt: Date | null;
  leaseUntil: Date | null;
  /** Its owner's last heartbeat for it. */
  lastHeard: Date | null;
  /** Its owner's lease is over, or its owner's process has ended. */
  ownerLost: boolean;
  /** Its runner shuts down, until then; null of the time if that is not stored. Times inside JSON are strings. */
  leaving: { until: string | null } | null;
  /** The step that began last, of either phase, as its event tells it: redacted, of bounded size. */
  begun: { index: number; step: EventStep } | null;
  /** Since when it waits for a runner, if it does. */
  queuedSince: Date;
  /** It waits for a person, and what it needs to go on elsewhere is kept. */
  isKept: boolean;
  /** Why it waits for a person, if it does: nobody has answered yet, or let it go on. */
  asked: Payload<'waiting_for_person'> | null;
  now: Date;
}

/** Some look-ups by the id of each run: no events but one are read, nor what is stored of other runs (I14). */
export const readSituations = (sql: Sql, runIds: string[], isDoubted = false): Promise<Situation[]> =>
  sql.rows<Situation>(READ_SITUATIONS, { runIds, isDoubted });

/** `isDoubted`: its owner gave no answer, so its session is asked for however young its last heartbeat is. */
export const readSituation = async (
  sql: Sql,
  runId: string,
  isDoubted = false,
): Promise<Situation | undefined> => (await readSituations(sql, [runId], isDoubted))[0];

const PARKABLE = MAY_AWAIT_PERSON.map((state) => `'${state}'`).join(', ');

const READ_SITUATIONS = `
select ${columns<typeof RunEntity>(SITUATION, 'runs')}, cancel_requested_at as "requestedAt",
  leases.until as "leaseUntil", leases.renewed_at as "lastHeard",
  ${DOUBTED_OWNER_LOST} as "ownerLost",
  (select json_build_object('until', leaving_until) from runners
    where runners.id = runs.owner and unavailable = 'draining') as leaving,
  (select json_build_object('index', step_index, 'step', payload -> 'step') from events
    where run_id = runs.id and type in ('${PREFIX.flow}_start', '${PREFIX.onCancel}_start')
    order by seq desc limit 1) as begun,
  case when (${isAsking('runs')} and not ${IS_ANSWERED})
    or (${isPaused('runs')} and not ${IS_RESUMED}) then (select payload from events
    where run_id = runs.id and type = 'waiting_for_person' order by seq desc limit 1) end as asked,
  runs.state in (${PARKABLE}) and ${IS_KEPT} as "isKept",
  ${QUEUED_SINCE} as "queuedSince", clock_timestamp() as now
from runs ${JOIN_LEASE}
where runs.id = any (:runIds::uuid[])`;
