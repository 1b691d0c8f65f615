import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { storeByOwner } from '#shared/adapters/database/runs/commit.ts';
import { readLog } from '#shared/adapters/database/runs/log.ts';
import { eventsBetween } from '#shared/domain/events/between.ts';
import { type RunSnapshot, restore, stateOf } from '#shared/domain/run/snapshot.ts';
import { kindOf, type TransitionEntry } from '../../../../services/runner/run/transition-entry.ts';
import {
  createTransitionWriter,
  type TransitionWriterDeps,
} from '../../../../services/runner/run/transition-writer.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { apply, claimByHand, queueRun, type TestEvent } from '../../../support/database/runs.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';

let database: Database;
let account: { userId: string; projectId: string };
const OWNER = randomUUID();
const NO_STEPS = { step: () => ({}), evidence: () => ({}) };

/** A database for the transition writers of a file. */
export function useTransitionWriters() {
  beforeAll(async () => {
    database = connectDatabase({
      url: (await createTestDatabase()).url,
      applicationName: 'transition-writer',
    });
    account = await createOwner(database.sql);
  });
  afterAll(() => database[Symbol.asyncDispose]());
}
export const sql = () => database.sql;

/** What becomes of a commit on its way: it arrives, its answer is lost, or it does not even arrive. */
export type Fate = 'arrives' | 'answer lost' | 'lost';

/** A transition writer of a claimed run, with its reports; its machine is driven by hand. */
export async function openTransitionWriter(given: Fate[] = []) {
  const fates = [...given];
  await queueRun(sql(), account);
  const { run } = await claimByHand(sql(), OWNER);
  const reports: string[] = [];
  const errors: unknown[] = [];
  const seqs: number[] = [];
  const gates: Promise<void>[] = [];
  let committed: RunSnapshot | undefined;
  let snapshot = restore(run.snapshot);
  let recorded = snapshot;
  let onOverruled: TransitionWriterDeps['onOverruled'] = () => undefined;

  const writer = createTransitionWriter({
    sql: sql(),
    runId: run.id,
    owner: OWNER,
    epoch: run.epoch,
    lastSeq: run.lastSeq,
    snapshot,
    async commit(...args) {
      await gates.shift();
      const fate = fates.shift() ?? 'arrives';
      if (fate === 'lost') throw new DatabaseUnavailableError('the connection broke before it arrived');
      const stored = await storeByOwner(...args);
      if (fate === 'answer lost') throw new DatabaseUnavailableError('the connection broke after it arrived');
      return stored;
    },
    onStored({ events, snapshot: stored }, _, firstSeq) {
      reports.push(`stored ${stateOf(stored)}`);
      seqs.push(...events.map((_event, n) => firstSeq + n));
    },
    onLost: (why) => reports.push(`lost: ${why}`),
    onUnstorable: () => reports.push('unstorable'),
    onOverruled(last, cancel) {
      committed = last;
      reports.push(`overruled at ${stateOf(last)} by ${cancel.source}`);
      onOverruled(last, cancel);
    },
    onError: (error) => errors.push(error),
  });
  const receive = (...events: TestEvent[]) => {
    for (const event of events) {
      const after = apply(snapshot, event);
      const events = eventsBetween(snapshot, after, NO_STEPS);
      const entry = { snapshot: after, events, steps: [], ...kindOf(snapshot, after, events) };
      if (events.length > 0) writer.record(entry);
      if (events.length > 0) recorded = after;
      snapshot = after;
    }
  };
  return {
    id: run.id,
    writer,
    reports,
    errors,
    seqs,
    receive,
    /** Something that the database does not take. */
    tellUnstorable() {
      const step = { index: 0.5, action: 'goto', ok: true, attempt: 1 };
      const steps = [step as TransitionEntry['steps'][number]];
      writer.record({ snapshot, events: [], steps, mayWaitMs: 0, leavesQueue: false });
    },
    /** Resolves when everything received so far is stored. */
    drained: () => writer.stored((stored) => stored === recorded),
    /** Holds the next commit back until the returned function is called. */
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gates.push(promise);
      return resolve;
    },
    /** Goes on from the last committed snapshot with the recorded cancel, as the actor does. */
    goOnWhenOverruled() {
      onOverruled = (last, cancel) => {
        snapshot = last;
        receive({ type: 'CANCEL', at: 1, ...cancel });
      };
    },
    get committed() {
      return committed;
    },
    seqsInDatabase: async () => (await readLog(sql(), run.id, 0, 100))!.events.map(({ seq }) => seq),
    row: () =>
      sql().row<{ state: string; last_seq: number; status: string; owner: string | null; epoch: number }>(
        'select * from runs where id = $1',
        [run.id],
      ),
  };
}
export const set = (id: string, change: string) =>
  sql().rows(`update runs set ${change} where id = $1`, [id]);
