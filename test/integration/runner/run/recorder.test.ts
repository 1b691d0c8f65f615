import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bus, openBus } from '#shared/adapters/bus/bus.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { readLog } from '#shared/adapters/database/runs/log.ts';
import { stateOf } from '#shared/domain/run/snapshot.ts';
import type { StoredMoves } from '../../../../services/runner/run/move-sink.ts';
import { createRecorder } from '../../../../services/runner/run/recorder.ts';
import { partsOf } from '../../../../services/runner/run/run-parts.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import {
  apply,
  BEGUN,
  CANCEL,
  CLAIM,
  claimByHand,
  LAUNCHED,
  queueRun,
  STEP_OK,
  type TestEvent,
  TO_PASS,
} from '../../../support/database/runs.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { createTestDatabase, startTestNats } from '../../../support/servers/servers.ts';

const OWNER = randomUUID();
let database: Database;
let bus: Bus;
beforeAll(async () => {
  database = connectDatabase({ url: (await createTestDatabase()).url, applicationName: 'recorder' });
  bus = openBus({ url: (await startTestNats()).serviceUrl, name: 'test', log: quietLog() });
});
afterAll(async () => {
  await bus[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** A claimed run whose machine is driven by hand, and what one more sink hears of it. */
async function recorded() {
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
  const parts = partsOf(deps, run, { isOver: () => false, mayAct: () => true });
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

it('I6: the sinks hear in order of all that is stored, once, and with it what it brings', async () => {
  const run = await recorded();
  run.receive(...TO_PASS);
  await run.recorder.stored((stored) => stateOf(stored) === 'pass');
  const log = await readLog(database.sql, run.id, 0, 100);
  const seqs = run.heard.flatMap(({ entries }) =>
    entries.flatMap((entry) => (entry.kind === 'assist' ? [entry.seq] : [])),
  );
  expect(seqs).toEqual(log!.events.map(({ seq }) => seq));
  expect(run.heard.flatMap(({ steps }) => steps.map(({ index, outcome }) => [index, outcome]))).toEqual([
    [0, 'ok'],
    [1, 'ok'],
  ]);
  run.stop();
});

it('I16: what was not stored of a lost run is kept, but nothing of a step that was only announced', async () => {
  const run = await recorded();
  run.receive(CLAIM, LAUNCHED);
  await run.recorder.stored(({ context }) => context.announced === true);
  run.receive(BEGUN, STEP_OK);
  run.stop();
  expect(await run.late()).toEqual(['step_success', 'transition running.stepping.checkpoint']);
});

it('I16: only the end of its step is kept of what a lost run does then', async () => {
  const run = await recorded();
  run.receive(CLAIM, LAUNCHED, BEGUN);
  await run.recorder.stored(({ context }) => context.announced === true);
  run.stop();
  run.receive(STEP_OK, CANCEL);
  expect(await run.late()).toEqual(['step_success', 'transition running.stepping.checkpoint']);
});
