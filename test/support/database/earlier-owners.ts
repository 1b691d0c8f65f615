/*
 * Owners and clients as services of any version before write them, on a connection each: so they can be beside a
 * migration from whatever schema. They tell how long each statement took, and whether a lease was ever not renewed.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

const LEASE = `interval '10 s'`;
const HEARTBEAT_EVERY_MS = 250;

const START = `
insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, owner, epoch,
  claimed_at, heartbeat_at, lease_until)
select gen_random_uuid(), $2, $3, 'http://127.0.0.1', '{}', 'stepping', '{}', 1, clock_timestamp() + interval '1 hour', $1, 1,
  clock_timestamp(), clock_timestamp(), clock_timestamp() + ${LEASE} from generate_series(1, $4::int) returning id`;
const HEARTBEAT = `
with held as (select id from runs where id = any ($2::uuid[]) and owner = $1 and status in ('running', 'cancelling')
  and lease_until > clock_timestamp() order by id for update)
update runs set lease_until = clock_timestamp() + ${LEASE}, heartbeat_at = clock_timestamp()
from held where runs.id = held.id returning runs.id`;
const COMMIT = `
with run as (
  update runs set last_seq = last_seq + 1, snapshot = jsonb_build_object('at', $3::int) where id = $1 and owner = $2 and epoch = 1
    and last_seq = $3 and status in ('running', 'cancelling') and lease_until > clock_timestamp() returning id, last_seq
)
insert into events (run_id, seq, type, payload, at) select id, last_seq, 'x', '{}', clock_timestamp() from run returning seq`;
const QUEUE = `
insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, concurrency_key)
values (gen_random_uuid(), $1, $2, 'http://127.0.0.1', '{}', 'queued', '{}', 1, clock_timestamp() + interval '1 hour', $3)`;
const CLAIM = `
update runs set owner = $3, epoch = epoch + 1, claimed_at = clock_timestamp(), lease_until = clock_timestamp() + ${LEASE}
where id = (select id from runs where project_id = $1 and concurrency_key = $2 and status = 'running' and owner is null
  order by created_at, id limit 1 for update skip locked)
and not exists (select from runs where project_id = $1 and concurrency_key = $2 and owner is not null
  and status in ('running', 'cancelling')) returning id`;
const END = `update runs set status = 'pass', state = 'pass', finished_at = clock_timestamp() where id = $1`;

export interface Account {
  userId: string;
  projectId: string;
}

export interface Report {
  /** Longest statement, ms. */
  longestMs: number;
  statements: number;
  /** What went wrong: a lease that was not renewed, a commit that was refused. */
  lost: string[];
  /** How many events each run has been given. */
  commits: Map<string, number>;
}

/** `keys`: clients start runs with concurrency keys, which are claimed and end. */
export async function startEarlierOwners(
  url: string,
  { userId, projectId }: Account,
  { runs, keys }: { runs: number; keys: number },
): Promise<{ stop(): Promise<Report> }> {
  const owner = randomUUID();
  const report: Report = { longestMs: 0, statements: 0, lost: [], commits: new Map() };
  const leaving = new AbortController();
  const timed = async (client: Client, text: string, values: unknown[]) => {
    const begun = performance.now();
    const { rows } = await client.query<{ id: string }>(text, values);
    report.longestMs = Math.max(report.longestMs, performance.now() - begun);
    report.statements += 1;
    return rows;
  };
  const clients: Client[] = [];
  const loop = async (everyMs: number, turn: (client: Client, n: number) => Promise<void>) => {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined); // the next statement says so
    clients.push(client);
    await client.connect();
    const turns = async () => {
      for (let n = 0; !leaving.signal.aborted; n += 1) {
        await turn(client, n);
        await delay(everyMs);
      }
    };
    return { ended: turns().catch((error: unknown) => void report.lost.push(String(error))) };
  };

  const starter = new Client({ connectionString: url });
  await starter.connect();
  const ids = (await timed(starter, START, [owner, userId, projectId, runs])).map(({ id }) => id);
  await starter.end();
  for (const id of ids) report.commits.set(id, 0);
  const beat = async (client: Client) => {
    const renewed = await timed(client, HEARTBEAT, [owner, ids]);
    if (renewed.length !== ids.length) report.lost.push(`${ids.length - renewed.length} leases`);
  };
  const commit = async (client: Client, n: number) => {
    const id = ids[n % ids.length]!;
    const seq = report.commits.get(id)!;
    if ((await timed(client, COMMIT, [id, owner, seq])).length === 1) report.commits.set(id, seq + 1);
    else report.lost.push(`commit ${seq + 1} of ${id}`);
  };
  const serve = async (client: Client, n: number) => {
    const key = `key ${n % keys}`;
    await timed(client, QUEUE, [userId, projectId, key]);
    const [claimed] = await timed(client, CLAIM, [projectId, key, owner]);
    if (claimed && n % 3 !== 0) await timed(client, END, [claimed.id]);
  };
  const loops = [await loop(HEARTBEAT_EVERY_MS, beat), await loop(10, commit)];
  if (keys > 0) loops.push(await loop(5, serve));
  return {
    stop: async () => {
      leaving.abort();
      for (const { ended } of loops) await ended;
      for (const client of clients) await client.end();
      return report;
    },
  };
}
