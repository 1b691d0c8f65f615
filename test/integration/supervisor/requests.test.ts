/* I2, I3, I5: a supervisor that is asked ends a cancelled run without an owner at once, and no other one. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bus, type BusSubscription, openBus } from '#shared/adapters/bus/bus.ts';
import { finaliseReplySchema } from '#shared/adapters/bus/command.ts';
import { BusError } from '#shared/adapters/bus/errors.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { serveFinaliseRequests } from '../../../services/supervisor/requests.ts';
import { holdRunner } from '../../support/database/live-runner.ts';
import { CLAIM } from '../../support/database/runs.ts';
import { eventually, PATIENCE_MS } from '../../support/eventually.ts';
import { quietLog } from '../../support/log-lines.ts';
import { startTestNats } from '../../support/servers/servers.ts';
import { useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
let bus: Bus;
const serving: BusSubscription[] = [];
const reported: string[] = [];

beforeAll(async () => {
  bus = openBus({ url: (await startTestNats()).serviceUrl, name: 'requests', log: quietLog() });
  // Two supervisors: one of them answers each request.
  for (let n = 0; n < 2; n++)
    serving.push(
      serveFinaliseRequests({
        bus,
        finalise: (runId, byCancel) => supervisor.finalise(runId, byCancel),
        onFinalised: (runId) => reported.push(runId),
        onRequeued: () => undefined,
      }),
    );
  await Promise.all(serving.map(({ ready }) => ready));
});
afterAll(async () => {
  for (const { stop } of serving) stop();
  await bus[Symbol.asyncDispose]();
});

const ask = async (runId: string) =>
  finaliseReplySchema.parse(await bus.request(subjects.finalise, { runId }, PATIENCE_MS));

it('I3: a supervisor that is asked ends a queued run whose cancel is recorded, and reports it once', async () => {
  const { id } = await supervisor.queue();
  await supervisor.cancel(id);
  expect(await ask(id)).toEqual({ outcome: 'finalised', stale: false });
  expect(reported.filter((runId) => runId === id)).toHaveLength(1);
});

it('I3: a supervisor that is asked ends a cancelled run whose owner is gone, at once', async () => {
  const run = await supervisor.claimed([CLAIM]);
  await supervisor.cancel(run.id);
  expect(await ask(run.id)).toEqual({ outcome: 'finalised', stale: true });
});

it('I5: a supervisor that is asked sees an owner go that was still there when it was asked', async () => {
  // On a busy machine a session may end later than it looks.
  await eventually(async () => {
    const run = await supervisor.claimed([CLAIM]);
    const session = await holdRunner(supervisor, run.owner);
    await supervisor.cancel(run.id);
    const [reply] = await Promise.all([ask(run.id), session[Symbol.asyncDispose]()]);
    expect(reply).toEqual({ outcome: 'finalised', stale: true });
  });
});

it('I2: a supervisor that is asked leaves a run whose owner lives, after it has looked for a quarter of a second', async () => {
  const run = await supervisor.claimed([CLAIM]);
  await using _ = await holdRunner(supervisor, run.owner);
  await supervisor.cancel(run.id);
  const asked = performance.now();
  expect(await ask(run.id)).toEqual({ outcome: 'left', stale: false });
  expect(performance.now() - asked).toBeGreaterThan(249);
  expect(reported).not.toContain(run.id);
});

it('a supervisor that is asked gives no answer to what is no request', async () => {
  const refusal = await bus
    .request(subjects.finalise, { runId: 'everything' }, 100)
    .catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(BusError);
});
