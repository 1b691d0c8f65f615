/*
 * A process that sends PostgreSQL what runners send it: claims, commits and marks of what is published, as fast as they are
 * answered, over so many connections. What a commit stores was made beforehand, once for all runs.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { SESSION_OPTIONS } from '#shared/adapters/database/connection-options.ts';
import { type ClaimedRun, claimRuns } from '#shared/adapters/database/runs/claim.ts';
import { commitTransition } from '#shared/adapters/database/runs/commit.ts';
import { markPublished } from '#shared/adapters/database/runs/publishing.ts';
import type { StepRecord } from '#shared/adapters/database/runs/transition.ts';
import { createSql, type Values } from '#shared/adapters/database/sql.ts';
import { eventsBetween } from '#shared/domain/events/between.ts';
import type { NewEvent } from '#shared/domain/events/events.ts';
import { initialSnapshot, type RunSnapshot } from '#shared/domain/run/snapshot.ts';
import { openTestPool } from '../../test/support/database/open-pool.ts';
import { type Statement, statementsOf } from '../../test/support/database/recorder.ts';
import { apply, STEP_OK, TEST_BUDGET, TEST_FLOW, TO_PASS } from '../../test/support/database/runs.ts';

export interface Replay {
  databaseUrl: string;
  connections: number;
  runs: number;
  /** Claims of each run. */
  claims: number;
  commits: number;
  marks: number;
}

interface Move {
  snapshot: RunSnapshot;
  events: NewEvent[];
  steps: StepRecord[];
}

const LEASE_MS = 60_000;
const [RUN, OWNER] = [randomUUID(), randomUUID()];

const replay = JSON.parse(process.argv[2]!) as Replay;
const { connections, runs } = replay;
const pool = openTestPool(replay.databaseUrl, { max: connections, options: SESSION_OPTIONS });
const sql = createSql(pool);
const moves = allMoves();
const fewer = await recorded(Math.floor(replay.commits));
const more = await recorded(Math.floor(replay.commits) + 1);
/** All connections are there, and nothing is prepared on them yet. */
await Promise.all(Array.from({ length: connections }, () => sql.rows('select pg_sleep(0.2)')));
process.send!('ready');
await once(process, 'message');
let claimed = 0;
let carried = 0;
await Promise.all(Array.from({ length: connections }, () => runOneAfterTheOther(randomUUID())));
await once(process, 'message'); // its CPU is read until then
await pool.end();
process.disconnect();

/** A claim takes as many as runners took. */
async function runOneAfterTheOther(owner: string): Promise<void> {
  const batch = Math.max(1, Math.round(1 / replay.claims));
  while (claimed < runs) {
    const most = Math.min(batch, runs - claimed);
    claimed += most;
    const { runs: found } = await claimRuns(sql, { claim: randomUUID(), owner, leaseMs: LEASE_MS, most });
    claimed -= most - found.length;
    for (const run of found) await carryOut(run, owner);
  }
}

async function carryOut(run: ClaimedRun, owner: string): Promise<void> {
  carried += 1;
  const part = (carried % 100) / 100;
  const list = part < replay.commits % 1 ? more : fewer;
  for (const { text, values } of list) await sql.rows(text, withIds(values, run.id, owner));
  const marks = Math.floor(replay.marks) + (part < replay.marks % 1 ? 1 : 0);
  for (let n = 1; n <= marks; n += 1) await markPublished(sql, { runId: run.id, seq: n, rank: 4 });
}

function allMoves(): Move[] {
  let snapshot = initialSnapshot({ stepTimeouts: TEST_FLOW.steps.map(() => 1_000), budget: TEST_BUDGET });
  const describe = { step: (index: number) => ({ ...TEST_FLOW.steps[index] }), evidence: () => ({}) };
  let index = 0;
  return TO_PASS.map((event) => {
    const before = snapshot;
    snapshot = apply(before, event);
    const steps = event === STEP_OK ? [{ index: index++, action: 'click', ok: true }] : [];
    return { snapshot, events: eventsBetween(before, snapshot, describe), steps };
  });
}

/** The moves of a run in so many commits, the last of them alone. */
function inCommits(count: number): Move[] {
  const last = moves.at(-1)!;
  const others = moves.slice(0, -1);
  const parts = Math.min(others.length, Math.max(1, count - 1));
  const batches = Array.from({ length: parts }, (_, n) =>
    others.slice(Math.round((n * others.length) / parts), Math.round(((n + 1) * others.length) / parts)),
  );
  const merged = batches.map((batch) => ({
    snapshot: batch.at(-1)!.snapshot,
    events: batch.flatMap(({ events }) => events),
    steps: batch.flatMap(({ steps }) => steps),
  }));
  return [...merged, last];
}

/** The statements of these commits, as they are sent. */
function recorded(count: number): Promise<Statement[]> {
  return statementsOf(async (sql) => {
    let lastSeq = 0;
    for (const move of inCommits(count)) {
      await commitTransition(sql, OWNER, { runId: RUN, epoch: 1, lastSeq, ...move });
      lastSeq += move.events.length;
    }
  });
}

function withIds(values: Values, runId: string, owner: string): Values {
  const idOf = (value: unknown) => (value === RUN ? runId : value === OWNER ? owner : value);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, idOf(value)]));
}
