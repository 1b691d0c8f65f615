/* Two supervisors that end a run tell of it once in its trace, and a delivery that is broken off has a span. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { readSupervisedRun } from '#shared/adapters/database/runs/finalise.ts';
import { CLAIM, LAUNCHED } from '../../support/database/runs.ts';
import { useTraces } from '../../support/traces/use-traces.ts';
import { OVERDUE_MS, useSupervisor } from './fixture.ts';
import { useWebhooks } from './webhooks/webhooks-fixture.ts';

const traces = await useTraces();
const supervisor = useSupervisor();
const webhooks = useWebhooks(supervisor);

const inTrace = (id: string, traceId: string) =>
  supervisor.set(id, `traceparent = '00-${traceId}-${'b'.repeat(16)}-01'`);
const collectedIn = async (traceId: string) =>
  (await traces.collected()).filter((span) => span.traceId === traceId);

it('two supervisors that end the same run tell of its end once', async () => {
  const traceId = '1'.repeat(32);
  const { id } = await supervisor.orphaned([CLAIM, LAUNCHED]);
  await inTrace(id, traceId);
  const loaded = await readSupervisedRun(supervisor.sql, id, { overdueMs: OVERDUE_MS, byCancel: false });
  await supervisor.finalise(id, false, loaded);
  await supervisor.finalise(id, false, loaded);
  const names = (await collectedIn(traceId)).map(({ name }) => name);
  expect(names.toSorted()).toEqual(['RUN', 'end run without owner', 'hold run']);
});

it('an attempt that a supervisor breaks off when it leaves has a span: its receiver may go on below it', async () => {
  const traceId = '2'.repeat(32);
  const asked = Promise.withResolvers<unknown>();
  const receiver = createServer(({ headers }) => asked.resolve(headers.traceparent)).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  await webhooks.add(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}`, ['run.finished']);
  const { id } = await supervisor.queue();
  await inTrace(id, traceId);
  await supervisor.cancel(id);
  await supervisor.sweep();
  const delivering = webhooks.deliver();
  const place = await asked.promise;
  await delivering[Symbol.asyncDispose]();
  receiver.closeAllConnections();
  receiver.close();
  const attempt = (await collectedIn(traceId)).find(({ name }) => name === 'POST');
  expect(attempt).toMatchObject({ failed: true, attributes: { 'error.type': 'broken_off' } });
  expect(place).toContain(attempt!.spanId);
});
