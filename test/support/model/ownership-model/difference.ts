/* Compares what the database has of some runs with what the model says. */
import type { Sql } from '#shared/adapters/database/sql.ts';
import { store } from '#shared/domain/run/snapshot.ts';
import type { MachineGraph } from './machine-graph.ts';
import type { Db, OwnerName, Row } from './row.ts';

interface Replayed {
  ids: string[];
  owners: Record<OwnerName, string>;
  graph: MachineGraph;
}

/** Why the database is not what the model says, if so. */
export async function differenceOf(
  within: Sql,
  replayed: Replayed,
  { runs }: Db,
): Promise<string | undefined> {
  const found = await within.rows<Seen>(SEEN, [replayed.ids]);
  for (const [index, row] of runs.entries()) {
    const { snapshot, ...seen } = found.find(({ id }) => id === replayed.ids[index])!;
    const expected = { id: replayed.ids[index]!, ...columnsOf(replayed, row) };
    if (JSON.stringify(seen) !== JSON.stringify(expected))
      return `run ${index} is ${JSON.stringify(seen)} instead of ${JSON.stringify(expected)}`;
    if (sorted(snapshot) !== sorted(store(replayed.graph.node(row.node).snapshot)))
      return `run ${index} has another snapshot than that of ${replayed.graph.node(row.node).state}`;
  }
  return undefined;
}

function columnsOf({ graph, owners }: Replayed, row: Row) {
  const { state, status, final, source, stale } = graph.node(row.node);
  return {
    status,
    state,
    owner: row.owner === null ? null : owners[row.owner],
    epoch: row.epoch,
    lastSeq: row.lastSeq,
    lease: row.lease,
    cancel: row.cancel,
    attempt: row.attempt,
    cancelled: final && source !== undefined,
    stale,
    queueOver: row.queueOver,
    events: row.lastSeq,
    runEnds: row.runEnds,
    parked: row.parked,
    answered: row.answered,
    kept: row.kept,
  };
}

interface Seen {
  id: string;
  snapshot: unknown;
}

const SEEN = `
select id, status, state, runs.owner, runs.epoch, last_seq as "lastSeq",
  case when leases.until is null then 'none' when leases.until > clock_timestamp() then 'held' else 'over' end as lease,
  cancel_by as cancel, attempt, cancelled, stale, queue_until < clock_timestamp() as "queueOver",
  (select count(*)::int from events where run_id = runs.id and seq <= runs.last_seq) as events,
  (select count(*)::int from events where run_id = runs.id and type = 'run_end') as "runEnds",
  parked_until is not null as parked,
  (select coalesce(max((one ->> 'attempt')::int), 0) from jsonb_array_elements(orders) as one) as answered,
  (select coalesce(max(state.attempt), 0) from page_states as state where state.run_id = id) as kept, snapshot
from runs left join leases on run_id = id where id = any ($1::uuid[])`;

/** How long a person has, the model keeps elsewhere. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) =>
    key === 'timeoutMs'
      ? 0
      : typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : part,
  );
