import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { type Bus, openBus } from '#shared/adapters/bus/bus.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { stateOf } from '#shared/domain/run/snapshot.ts';
import type { StoredMoves } from '../../../../services/runner/run/move-sink.ts';
import { createRecorder } from '../../../../services/runner/run/recorder.ts';
import { partsOf } from '../../../../services/runner/run/run-parts.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { apply, claimByHand, queueRun, type TestEvent } from '../../../support/database/runs.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { createTestDatabase, startTestNats } from '../../../support/servers/servers.ts';

const OWNER = randomUUID();
let database: Database;
let url: string;
let bus: Bus;
/** A database and a bus for the recorders of a file. */
export function useRecorders() {
  beforeAll(async () => {
    ({ url } = await createTestDatabase());
    database = connectDatabase({ url, applicationName: 'recorder' });
    bus = openBus({ url: (await startTestNats()).serviceUrl, name: 'test', log: quietLog() });
  });
  afterAll(async () => {
    await bus[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });
}
export const sql = () => database.sql;

/** Holds the row of a run, so that no commit comes through until the returned function is called. */
export async function holdRow(id: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  await client.query('select from runs where id = $1 for update', [id]);
  return () => client.end();
}

/** A claimed run whose machine is driven by hand, and what one more sink hears of it. */
export async function recorded() {
  const { sql } = database;
  await queueRun(sql, await createOwner(sql));
  const { run } = await claimByHand(sql, OWNER);
  const deps = {
    sql,
    bus,
    log: quietLog(),
    owner: OWNER,
    closeMs: 1_000,
    now: () => 1_000,
    openBrowser: () => Promise.reject(new Error('it needs no browser')),
    leaseHolds: () => true,
    releaseLease: () => undefined,
  };
  const heard: StoredMoves[] = [];
  const parts = partsOf(deps, run, {
    isOver: () => false,
    mayAct: () => true,
    onPause: () => undefined,
  });
  const sinks = [...parts.sinks, { stored: (moves: StoredMoves) => void heard.push(moves) }];
  const recorder = createRecorder(
    deps,
    { ...parts, sinks },
    {
      onStored: () => undefined,
      onLost: () => undefined,
      onUnstorable: () => undefined,
      onOverruled: () => undefined,
    },
  );
  let snapshot = parts.snapshot;
  return {
    id: run.id,
    heard,
    recorder,
    said: parts.sources.hold.said,
    receive(...events: TestEvent[]) {
      for (const event of events) {
        const before = snapshot;
        snapshot = apply(before, event);
        recorder.move(before, snapshot, undefined);
      }
    },
    async late(): Promise<string[]> {
      const owner = { runId: run.id, epoch: run.epoch, owner: OWNER, browserClosed: true };
      await parts.late.keep(owner, { why: 'it was lost', state: stateOf(snapshot) });
      const [row] = await sql.rows<{ result: { events: { type: string; payload: { to?: string } }[] } }>(
        'select result from late_results where run_id = $1',
        [run.id],
      );
      return row!.result.events.map(({ type, payload }) => [type, payload.to].join(' ').trim());
    },
    stop: () => {
      recorder.close();
      parts.publisher.stop();
    },
  };
}
