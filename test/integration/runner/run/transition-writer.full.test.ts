/* I3, I9, I12: the moves of a run are stored once and in order, and a recorded cancel overrules their outcome. */
import { describe, expect, it } from 'vitest';
import { recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import { statusOf } from '#shared/domain/run/snapshot.ts';
import { endLease } from '../../../support/database/leases.ts';
import {
  BEGUN,
  CANCEL,
  CLAIM,
  CLOSED,
  INTERRUPTED,
  LAUNCHED,
  NO_BROWSER,
  SETTLED,
  STEP_OK,
  type TestEvent,
  TO_PASS,
} from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import {
  type Fate,
  openTransitionWriter,
  set,
  sql,
  useTransitionWriters,
} from './transition-writer-world.ts';

useTransitionWriters();

/** Those of a run that passes of which something is stored. */
const STORED = TO_PASS.filter((event) => event !== BEGUN);

describe('the transition writer', () => {
  it('I6: stores what it is given in order, one write at a time, and numbers it without gaps', async () => {
    const run = await openTransitionWriter();
    run.receive(...TO_PASS);
    await run.drained();
    expect(run.reports.at(-1)).toBe('stored pass');
    expect(run.seqs).toEqual(run.seqs.map((_, n) => n + 1));
    expect(await run.seqsInDatabase()).toEqual(run.seqs);
  });

  it('I9: stores what waits in one statement, but a final outcome by itself', async () => {
    const run = await openTransitionWriter();
    const release = run.hold();
    run.receive(CLAIM, LAUNCHED);
    run.receive(...TO_PASS.slice(2));
    release();
    await run.drained();
    expect(run.reports).toEqual(['stored running.stepping.acting', 'stored running.settling', 'stored pass']);
  });

  it('I9: stores what is brief with what follows at once, also with a final outcome', async () => {
    const run = await openTransitionWriter();
    const briefs = [TO_PASS.slice(0, 2), TO_PASS.slice(2, -2), TO_PASS.slice(-2)];
    for (const events of briefs) {
      run.receive(...events);
      await run.drained();
    }
    expect(run.reports).toEqual([
      'stored running.stepping.acting',
      'stored running.stepping.checkpoint',
      'stored pass',
    ]);
    expect(await run.seqsInDatabase()).toEqual(run.seqs);
  });

  it('I9: stores what is brief by itself if nothing follows', async () => {
    const run = await openTransitionWriter();
    run.receive(CLAIM);
    await eventually(() => expect(run.reports).toEqual(['stored running.launching']));
  });

  it.each<[string, TestEvent[], string[]]>([
    ['is cancelled', [CANCEL], ['stored cancelling.aborting']],
    ['goes back at once', [NO_BROWSER, SETTLED], ['stored running.queued']],
  ])('tells by itself that a run has started which then %s', async (_, then, reports) => {
    const run = await openTransitionWriter();
    run.receive(CLAIM, ...then);
    await run.drained();
    expect(run.reports).toEqual(['stored running.launching', ...reports]);
    // Not for the next test.
    await sql().rows('delete from runs where id = $1', [run.id]);
  });

  it('I3, I9: keeps what is brief where the outcome that it was stored with is overruled', async () => {
    const run = await openTransitionWriter(['arrives', 'answer lost', 'answer lost']);
    run.goOnWhenOverruled();
    run.receive(...TO_PASS.slice(0, -2));
    await run.drained();
    await recordCancelRequest(sql(), { runId: run.id, by: 'user', mode: 'graceful' });
    run.receive(...TO_PASS.slice(-2));
    await eventually(() => expect(run.reports).toContain('stored cancelling.closing'));
    expect(run.reports.slice(-3)).toEqual([
      'stored running.settling',
      'overruled at running.settling by user',
      'stored cancelling.closing',
    ]);
    expect(await run.seqsInDatabase()).toEqual(run.seqs);
  });

  it('I9: keeps what waited before an event that cannot be stored', async () => {
    const run = await openTransitionWriter();
    const release = run.hold();
    run.receive(CLAIM, LAUNCHED);
    run.receive(BEGUN, STEP_OK);
    run.tellUnstorable();
    release();
    await eventually(() => expect(run.reports).toContain('unstorable'));
    expect(run.reports).toEqual([
      'stored running.stepping.acting',
      'stored running.stepping.acting',
      'unstorable',
    ]);
    expect(await run.seqsInDatabase()).toEqual(run.seqs);
  });

  it.each<[string, Fate[]]>([
    ['arrived and its answer was lost', ['answer lost']],
    ['did not arrive', ['lost']],
    ['was tried again and again', ['lost', 'lost', 'answer lost', 'lost']],
  ])('I12: stores a transition once though its commit %s', async (_, fates) => {
    const run = await openTransitionWriter(fates);
    run.receive(CLAIM);
    await run.drained();
    expect(run.reports).toEqual(['stored running.launching']);
    expect(run.errors).toHaveLength(fates.length);
    expect(await run.seqsInDatabase()).toEqual([1]);
  });

  it('I12: recognises its lost commit though more was recorded meanwhile', async () => {
    const run = await openTransitionWriter(['answer lost']);
    const release = run.hold();
    run.receive(CLAIM);
    release();
    await eventually(() => expect(run.errors).toHaveLength(1));
    run.receive(LAUNCHED, BEGUN, STEP_OK);
    await run.drained();
    expect(run.reports).toEqual(['stored running.launching', 'stored running.stepping.acting']);
    expect(await run.seqsInDatabase()).toEqual(run.seqs);
  });

  it('I12: recognises its lost final commit, even if the lease is over by then', async () => {
    const run = await openTransitionWriter([...STORED.slice(1).map((): Fate => 'arrives'), 'answer lost']);
    for (const event of TO_PASS) {
      run.receive(event);
      if (event !== TO_PASS.at(-1)) await run.drained();
    }
    await eventually(() => expect(run.errors).toHaveLength(1));
    await endLease(sql(), run.id);
    await run.drained();
    expect(run.reports.at(-1)).toBe('stored pass');
    expect(await run.row()).toMatchObject({ status: 'pass' });
  });

  it('I3: gives an outcome up that a recorded cancel overrules, and goes on from what is committed', async () => {
    const run = await openTransitionWriter();
    run.goOnWhenOverruled();
    for (const event of TO_PASS.slice(0, -1)) run.receive(event);
    await run.drained();
    await recordCancelRequest(sql(), { runId: run.id, by: 'user', mode: 'graceful' });
    run.receive(TO_PASS.at(-1)!);
    await run.drained();
    expect(run.reports.slice(-2)).toEqual([
      'overruled at running.settling by user',
      'stored cancelling.closing',
    ]);
    expect(statusOf(run.committed!)).toBe('running');
    run.receive(CLOSED);
    await run.drained();
    expect(await run.row()).toMatchObject({ status: 'fail', cancelled: true });
    expect(await run.seqsInDatabase()).toEqual(run.seqs);
  });

  it('I3: names the user in run_end who asked while a runner that leaves was stopping the run', async () => {
    const run = await openTransitionWriter();
    run.goOnWhenOverruled();
    await recordCancelRequest(sql(), { runId: run.id, by: 'shutdown', mode: 'graceful' });
    run.receive(CLAIM, { ...CANCEL, source: 'shutdown' } as TestEvent, INTERRUPTED);
    await run.drained();
    await recordCancelRequest(sql(), { runId: run.id, by: 'user', mode: 'graceful' });
    run.receive(CLOSED);
    await run.drained();
    expect(run.reports.at(-2)).toBe('overruled at cancelling.closing by user');
    run.receive(CLOSED);
    await run.drained();
    expect(await run.row()).toMatchObject({ status: 'fail', cancelled: true });
    expect(run.committed?.context.cancel?.source).toBe('shutdown');
    expect(await run.seqsInDatabase()).toEqual(run.seqs);
  });

  it('I3: a cancel that came while the commit of the outcome was in doubt still wins', async () => {
    const run = await openTransitionWriter([...STORED.slice(1).map((): Fate => 'arrives'), 'lost']);
    run.goOnWhenOverruled();
    for (const event of TO_PASS.slice(0, -1)) {
      run.receive(event);
      await run.drained();
    }
    // The next try waits for the cancel.
    run.hold()();
    const release = run.hold();
    run.receive(TO_PASS.at(-1)!);
    await eventually(() => expect(run.errors).toHaveLength(1));
    await recordCancelRequest(sql(), { runId: run.id, by: 'user', mode: 'graceful' });
    release();
    await run.drained();
    expect(run.reports.slice(-2)).toEqual([
      'overruled at running.settling by user',
      'stored cancelling.closing',
    ]);
  });
});

describe('a run that goes back to the queue, since no browser started', () => {
  /** Everything but the last write is stored. */
  const settled = async (last: Fate = 'arrives') => {
    const run = await openTransitionWriter(['arrives', 'arrives', last]);
    run.receive(CLAIM);
    await run.drained();
    run.receive(NO_BROWSER);
    await run.drained();
    return run;
  };

  it.each<Fate>(['arrives', 'lost', 'answer lost'])(
    'I12: has no owner any more, once, where the write %s',
    async (fate) => {
      const run = await settled(fate);
      run.receive(SETTLED);
      await run.drained();
      expect(run.reports.at(-1)).toBe('stored running.queued');
      expect(await run.row()).toMatchObject({ state: 'running.queued', owner: null, epoch: 2 });
      expect(await run.seqsInDatabase()).toEqual(run.seqs);
      // Not for the next test.
      await sql().rows('delete from runs where id = $1', [run.id]);
    },
  );

  it('I3: is cancelled instead, if that was recorded before', async () => {
    const run = await settled();
    run.goOnWhenOverruled();
    await recordCancelRequest(sql(), { runId: run.id, by: 'user', mode: 'graceful' });
    run.receive(SETTLED);
    await run.drained();
    expect(run.reports.slice(-2)).toEqual([
      'overruled at running.settling by user',
      'stored cancelling.closing',
    ]);
    run.receive(CLOSED);
    await run.drained();
    expect(await run.row()).toMatchObject({ status: 'fail', cancelled: true });
  });

  it('I3: is cancelled also where its machine took the cancel in the queue, before that was stored', async () => {
    const run = await settled();
    run.goOnWhenOverruled();
    const release = run.hold();
    await recordCancelRequest(sql(), { runId: run.id, by: 'user', mode: 'graceful' });
    run.receive(SETTLED, CANCEL);
    release();
    await eventually(() => expect(run.reports).toContain('stored cancelling.closing'));
    run.receive(CLOSED);
    await run.drained();
    expect(await run.row()).toMatchObject({ status: 'fail', cancelled: true });
    expect(await run.seqsInDatabase()).toEqual(run.seqs);
  });

  it('I2: does not take the requeue by a supervisor for its own', async () => {
    const run = await settled();
    const release = run.hold();
    run.receive(SETTLED);
    // The same number of events, and the next epoch.
    await set(run.id, 'owner = null, epoch = epoch + 1, attempt = 2, last_seq = last_seq + 2');
    release();
    await eventually(() => expect(run.reports.at(-1)).toMatch(/^lost: another owner or the supervisor/));
    run.writer.close();
    // Not for the next test.
    await sql().rows('delete from runs where id = $1', [run.id]);
  });
});

describe('a run that a supervisor has put back', () => {
  it('I2: is not taken for one that its owner has put back, though its machine has done the same', async () => {
    const run = await openTransitionWriter();
    run.receive(CLAIM);
    await run.drained();
    const release = run.hold();
    run.receive(NO_BROWSER, SETTLED);
    // Two events, for its owner's three.
    await set(
      run.id,
      `owner = null, epoch = epoch + 1, last_seq = last_seq + 2, state = 'running.queued',
       snapshot = jsonb_set(snapshot, '{machine,context,returned}', 'true')`,
    );
    release();
    await eventually(() => expect(run.reports.at(-1)).toMatch(/^lost: another owner or the supervisor/));
    run.writer.close();
    // Not for the next test.
    await sql().rows('delete from runs where id = $1', [run.id]);
  });
});

describe('a run that is lost', () => {
  const changed = (columns: string) => (id: string) => set(id, columns);
  it.each<[string, (id: string) => Promise<unknown>, string]>([
    [
      'to another owner',
      changed('owner = gen_random_uuid(), epoch = epoch + 1'),
      'another owner or the supervisor has it',
    ],
    ['to a higher epoch', changed('epoch = epoch + 1'), 'another owner or the supervisor has it'],
    ['by its lease', (id) => endLease(sql(), id), 'its lease is over'],
    [
      'by a state that is not its own',
      changed('last_seq = last_seq + 7'),
      'its stored state is not the one it had',
    ],
  ])('I2: %s is reported, and nothing more is written', async (_, change, why) => {
    const run = await openTransitionWriter();
    run.receive(CLAIM);
    await run.drained();
    await change(run.id);
    const before = await run.row();
    run.receive(LAUNCHED);
    await eventually(() => expect(run.reports.at(-1)).toBe(`lost: ${why}`));
    const unstored = run.writer.close();
    expect(unstored).toHaveLength(1);
    run.receive(BEGUN, STEP_OK);
    expect(run.writer.close()).toHaveLength(1);
    expect(await run.row()).toEqual(before);
  });

  it('I1: is one that was deleted or made final by another process', async () => {
    const run = await openTransitionWriter();
    run.receive(CLAIM);
    await run.drained();
    await sql().rows('delete from runs where id = $1', [run.id]);
    run.receive(CANCEL);
    await eventually(() => expect(run.reports.at(-1)).toMatch(/^lost: /));
    run.writer.close();
  });

  it('keeps what was not stored for a late result', async () => {
    const run = await openTransitionWriter();
    const release = run.hold();
    run.receive(CLAIM, LAUNCHED, BEGUN, STEP_OK);
    const unstored = run.writer.close();
    release();
    expect(unstored.flatMap(({ events }) => events.map(({ type }) => type))).toContain('step_success');
    expect(run.reports).toEqual([]);
  });
});
