/*
 * Does with a real database what the model does with its own: each statement through the function that the services
 * call. Owns its runs and two registered runners, whose sessions are advisory locks on one connection of its own.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { recordAnswer } from '#shared/adapters/database/orders/answers.ts';
import { registerRunner } from '#shared/adapters/database/processes/runners.ts';
import { SESSION_LOCK_SPACE } from '#shared/adapters/database/processes/session.ts';
import { commitTransition, parkRun, returnUnstarted } from '#shared/adapters/database/runs/commit.ts';
import {
  cancelQueued,
  expireParked,
  expireQueued,
  finaliseStale,
  parkStale,
  readSupervisedRun,
  requeueStale,
  unparkOver,
} from '#shared/adapters/database/runs/finalise.ts';
import { heartbeat } from '#shared/adapters/database/runs/heartbeat.ts';
import { keepPageState } from '#shared/adapters/database/runs/page-states.ts';
import { recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import { storeRun } from '#shared/adapters/database/runs/store-run.ts';
import type { Transition } from '#shared/adapters/database/runs/transition.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { decide } from '../../../../services/supervisor/decide.ts';
import { claimNext } from '../../database/claim-next.ts';
import { TEST_FLOW } from '../../database/runs.ts';
import { differenceOf } from './difference.ts';
import { judged } from './guards.ts';
import type { MachineGraph } from './machine-graph.ts';
import type { Db, OwnerName, Row } from './row.ts';
import type { ClaimStatement, Executed, Statement, TransitionStatement } from './statements.ts';
import type { Passage } from './world.ts';

const LEASE_MS = 3_600_000;
const LONG_MS = 1e9;
const NAMES = ['A', 'B'] as const;

export interface ReplayDeps {
  url: string;
  sql: Sql;
  account: { userId: string; projectId: string };
  graph: MachineGraph;
}

/** What a statement came to: as in the model, or the wrong run was claimed. */
export type Outcome = Executed['outcome'] | 'another run';
export type Replay = Awaited<ReturnType<typeof openReplay>>;

export async function openReplay({ url, sql, account, graph }: ReplayDeps) {
  const owners = { A: randomUUID(), B: randomUUID() };
  const sessions = new pg.Client({ connectionString: url });
  sessions.on('error', () => undefined); // the next statement says so
  await sessions.connect();
  const keys = new Map<OwnerName, number>();
  for (const name of NAMES)
    keys.set(
      name,
      await registerRunner(sql, { id: owners[name], host: 'model', pid: 1, slots: 1, labels: [] }),
    );
  let gone: readonly OwnerName[] = NAMES;
  /** Ids by owner and number, for the runs that were started last. */
  let claims = new Map<string, string>();
  const claimId = ({ owner, number }: ClaimStatement) => {
    const key = `${owner} ${number}`;
    const id = claims.get(key) ?? randomUUID();
    claims.set(key, id);
    return id;
  };

  /** The sessions of these owners have ended; those of the others are there. */
  const endSessions = async (wanted: readonly OwnerName[]) => {
    for (const name of NAMES) {
      const act = `pg_advisory_${wanted.includes(name) ? 'unlock' : 'lock'}($1, $2)`;
      if (wanted.includes(name) !== gone.includes(name))
        await sessions.query(`select ${act}`, [SESSION_LOCK_SPACE, keys.get(name)]);
    }
    gone = wanted;
  };

  return {
    endSessions,
    /** New runs, as in the model at its start; `key`: they share one. */
    async start(within: Sql, { runs }: Db, key?: string): Promise<string[]> {
      await endSessions([]);
      claims = new Map();
      const ids: string[] = [];
      for (const { node, requeue } of runs) {
        const id = randomUUID();
        const snapshot = graph.node(node).snapshot;
        const onRunnerLoss = requeue ? 'requeue' : 'fail';
        const run = {
          id,
          ...account,
          flow: TEST_FLOW,
          snapshot,
          queueTimeoutMs: LONG_MS,
          onRunnerLoss,
        } as const;
        await storeRun(within, { ...run, concurrencyKey: key });
        ids.push(id);
      }
      return ids;
    },
    async execute(within: Sql, ids: string[], row: Row, statement: Statement): Promise<Outcome> {
      try {
        return await issue(within, ids, row, statement);
      } catch (error) {
        if (isViolation(error)) return 'rejected';
        throw error;
      }
    },
    /** What was over for the person before a statement still is, whatever that has written. */
    async stillOver(within: Sql, ids: string[], row: Row, statement: Statement): Promise<void> {
      if (row.personOver && !asksAnew(row, statement)) await personOver(within, ids[statement.run]!);
    },
    /** The database's clock goes on. How long ago a cancel was asked for is given to the statements instead. */
    async pass(within: Sql, id: string, what: Passage): Promise<void> {
      if (what === 'personOver') await personOver(within, id);
      const passing = {
        leaseOver: `update leases set until = clock_timestamp() - interval '1 ms' where run_id = $1`,
        queueOver: `update runs set queue_until = clock_timestamp() - interval '1 ms' where id = $1`,
      };
      if (what === 'leaseOver' || what === 'queueOver') await within.rows(passing[what], [id]);
    },
    /** Why the database is not what the model says, if so. */
    differs: (within: Sql, ids: string[], db: Db) => differenceOf(within, { ids, owners, graph }, db),
    /** What a supervisor would decide by what it reads; the same as in the model? */
    async judgesAlike(within: Sql, id: string, db: Db, run: number, byCancel: boolean): Promise<boolean> {
      const row = db.runs[run]!;
      const found = await readSupervisedRun(within, id, rulesOf(row, byCancel));
      const real = decide({ ...found!, cancel: found!.cancel ?? null }, byCancel);
      return JSON.stringify(real) === JSON.stringify(judged({ row, graph, db }, byCancel));
    },
    async [Symbol.asyncDispose]() {
      await sessions.end();
    },
  };

  async function issue(within: Sql, ids: string[], row: Row, statement: Statement): Promise<Outcome> {
    const runId = ids[statement.run]!;
    switch (statement.kind) {
      case 'claim': {
        const claim = claimId(statement);
        const claimed = await claimNext(within, owners[statement.owner], LEASE_MS, {}, [], [], claim);
        if (!claimed) return 'refused';
        return claimed.id === runId ? 'stored' : 'another run';
      }
      case 'heartbeat': {
        const actor = { runId, epoch: statement.epoch };
        const renewed = await heartbeat(within, owners[statement.owner], [actor], LEASE_MS);
        return renewed.length === 1 ? 'stored' : 'refused';
      }
      case 'recordCancel': {
        const { by, heldBy } = statement;
        const holder = heldBy && { owner: owners[heldBy.owner], epoch: heldBy.epoch };
        const wish = { runId, by, mode: 'graceful', ...(holder && { heldBy: holder }) } as const;
        return (await recordCancelRequest(within, wish)) ? 'stored' : 'refused';
      }
      case 'recordAnswer': {
        const { userId } = account;
        const question = { runId, attempt: statement.attempt, step: 0, pauses: 0 };
        const answered = await recordAnswer(within, { ...question, userId, names: [], values: {} });
        return answered?.taken ? 'stored' : 'refused';
      }
      case 'keep': {
        const kept = { kind: 'park', done: 0, sealed: 'sealed', notCarried: [], mostBytes: 1_000 } as const;
        const owned = { runId, owner: owners[statement.owner], epoch: statement.epoch };
        return (await keepPageState(within, { ...owned, ...kept })) ? 'stored' : 'refused';
      }
      case 'unparkOver':
        return (await unparkOver(within, { ...statement, runId })) ? 'stored' : 'refused';
      default:
        return (await transition(within, runId, row, statement)) ? 'stored' : 'refused';
    }
  }

  function transition(within: Sql, runId: string, row: Row, statement: TransitionStatement) {
    const { epoch, lastSeq, from, labels } = statement;
    const { to, events } = graph.walk(from, labels);
    const stored: Transition = {
      runId,
      epoch,
      lastSeq,
      snapshot: graph.node(to).snapshot,
      events: [...events],
    };
    switch (statement.kind) {
      case 'commit':
        return commitTransition(within, owners[statement.owner], stored);
      case 'returnUnstarted':
        return returnUnstarted(within, owners[statement.owner], stored, { seq: 0, rank: 0 });
      case 'parkRun':
        return parkRun(within, owners[statement.owner], stored, { seq: 0, rank: 0 });
      case 'parkStale':
        return parkStale(within, stored, rulesOf(row, false));
      case 'expireParked':
        return expireParked(within, stored);
      case 'cancelQueued':
        return cancelQueued(within, stored);
      case 'expireQueued':
        return expireQueued(within, stored);
      case 'requeueStale':
        return requeueStale(within, stored, rulesOf(row, false));
      case 'finaliseStale': {
        const { cancelSeen, byCancel } = statement;
        const seen = cancelSeen === null ? undefined : ({ source: cancelSeen, mode: 'graceful' } as const);
        return finaliseStale(within, stored, rulesOf(row, byCancel), seen);
      }
    }
  }

  function asksAnew(row: Row, statement: Statement): boolean {
    if (!('from' in statement)) return false;
    const { to } = graph.walk(statement.from, statement.labels);
    return graph.node(to).asks && !graph.node(row.node).asks;
  }
}

/** The time of a person is over when the model says so: in the machine it is too long to be over. */
const PERSON_OVER = `
update runs set snapshot = jsonb_set(snapshot, '{machine,context,questions,0,timeoutMs}', '0'),
  parked_until = case when parked_until is not null then clock_timestamp() - interval '1 ms' end
where id = $1 and status = 'running' and snapshot #> '{machine,context,askedAt}' is not null`;
const personOver = (within: Sql, id: string) => within.rows(PERSON_OVER, [id]);

const rulesOf = ({ overdue }: Row, byCancel: boolean) => ({ overdueMs: overdue ? 0 : LONG_MS, byCancel });

/** Constraints, unique indexes and triggers. */
const isViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^23/.test(String(error.code));
