/* I9, I16: a step that was cut off by the end of its run has an outcome, with what was known of it. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { reportGateway } from '#shared/adapters/database/processes/gateways.ts';
import { createDatabaseOutages } from '../../../services/supervisor/database-outages.ts';
import { createFinaliser } from '../../../services/supervisor/finaliser.ts';
import {
  BEGUN,
  CANCEL,
  CLAIM,
  CLEANED,
  INTERRUPTED,
  LAUNCHED,
  STEP_OK,
} from '../../support/database/runs.ts';
import { quietLog } from '../../support/log-lines.ts';
import { OVERDUE_MS, SUPERVISING, useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
const ACTING = [CLAIM, LAUNCHED, BEGUN, STEP_OK, BEGUN];
const CLEANING = [...ACTING, CANCEL, INTERRUPTED, CLEANED];
const LOST = { error: 'interrupted: its runner was lost', interrupted: true };
const CLICK = { action: 'click', selector: '#buy' };

const keptSteps = (id: string) =>
  supervisor.sql.rows(
    `select attempt, phase, index, action, ok, error, epoch from steps where run_id = $1 order by phase desc, index`,
    [id],
  );

/** How it was ended: the new events, and the steps that were kept with them. */
async function ended(id: string, lastSeq: number) {
  const { outcome } = await supervisor.finalise(id, false);
  const log = await supervisor.log(id);
  expect({ outcome, seqs: log.events.map(({ seq }) => seq), lastSeq: log.lastSeq }).toEqual({
    outcome: 'finalised',
    seqs: log.events.map((_, n) => n + 1),
    lastSeq: log.events.length,
  });
  expect(log.changes.at(-1)).toMatchObject({ status: 'fail', afterSeq: log.lastSeq });
  return log.events.slice(lastSeq);
}

const WAYS = [
  ['whose machine says so', undefined],
  ['whose machine cannot be read', `'{}'`],
  ['whose machine is of another version', `jsonb_set(snapshot, '{version}', '99')`],
] as const;

it.each(WAYS)('I9: a run %s gets the outcome of the step that was cut off', async (_, broken) => {
  const run = await supervisor.orphaned(ACTING);
  if (broken) await supervisor.set(run.id, `snapshot = ${broken}`);
  const events = await ended(run.id, run.lastSeq);
  expect(events.filter(({ type }) => type !== 'transition')).toMatchObject([
    { type: 'step_failure', stepIndex: 1, payload: { step: CLICK, ...LOST } },
    { type: 'run_end', payload: { status: 'fail', cancelled: true } },
  ]);
  // Only a machine knows when it was.
  const reported = Object.keys(events[0]!.payload).filter((name) => name !== 'at');
  expect(reported).toEqual(['step', 'error', 'interrupted']);
  expect(await keptSteps(run.id)).toEqual([
    { attempt: 1, phase: 'flow', index: 1, action: 'click', ok: false, error: LOST.error, epoch: 2 },
  ]);
});

it.each(WAYS)(
  'I16: a run %s that an outage lost says so of its step, as gateways noticed it',
  async (_, broken) => {
    const run = await supervisor.orphaned(ACTING);
    if (broken) await supervisor.set(run.id, `snapshot = ${broken}`);
    const { renewedAt } = (await supervisor.sql.row<{ renewedAt: Date }>(
      'select renewed_at as "renewedAt" from leases where run_id = $1',
      [run.id],
    ))!;
    const around = (ms: number) => new Date(renewedAt.getTime() + ms).toISOString();
    const ended = [{ name: 'database', since: around(500), until: around(9_000) }];
    const gateway = { id: randomUUID(), host: 'here', pid: 42, looks: {} };
    await reportGateway(supervisor.sql, { ...gateway, ended });
    using outages = createDatabaseOutages({ heartbeat: 2_000, fence: 6_000 });
    const given = { log: quietLog(), overdueMs: OVERDUE_MS, queueTimeoutText: '' };
    const finalise = createFinaliser({ sql: supervisor.sql, ...given, ...SUPERVISING, outages });
    expect(await finalise(run.id, false)).toMatchObject({ outcome: 'finalised' });
    expect(await keptSteps(run.id)).toMatchObject([{ error: 'interrupted: PostgreSQL was out of reach' }]);
    await supervisor.sql.rows('delete from outages');
  },
);

it.each(WAYS)('I9: a run %s gets the outcome of the onCancel step that was cut off', async (_, broken) => {
  const run = await supervisor.orphaned(CLEANING, { cleanupSteps: 2 });
  if (broken) await supervisor.set(run.id, `snapshot = ${broken}`);
  const events = await ended(run.id, run.lastSeq);
  expect(events.filter(({ type }) => type !== 'transition')).toMatchObject([
    { type: 'cleanup_failure', stepIndex: 1, payload: { step: CLICK, ...LOST } },
    { type: 'run_end', payload: { status: 'fail', cancelled: true } },
  ]);
  expect(await keptSteps(run.id)).toEqual([
    { attempt: 1, phase: 'onCancel', index: 1, action: 'click', ok: false, error: LOST.error, epoch: 2 },
  ]);
});

it('an end tells of no step where none was under way, and of none that a lost attempt had begun', async () => {
  const waiting = await supervisor.orphaned([...ACTING, STEP_OK]);
  const again = await supervisor.orphaned(ACTING, { onRunnerLoss: 'requeue' });
  expect(await supervisor.finalise(again.id, false)).toMatchObject({ outcome: 'requeued' });
  await supervisor.cancel(again.id);
  for (const { id } of [waiting, again]) {
    await supervisor.set(id, `snapshot = '{}'`);
    const { lastSeq } = await supervisor.log(id);
    expect((await ended(id, lastSeq)).map(({ type }) => type)).toEqual(['run_end']);
    expect(await keptSteps(id)).toEqual([]);
  }
});
