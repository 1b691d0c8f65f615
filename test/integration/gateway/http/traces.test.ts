/* I13: there are no spans of strangers, whatever they ask to be traced. */
import { expect, it } from 'vitest';
import { useTraces } from '../../../support/traces/use-traces.ts';
import { call, createPerson, useGateway } from '../fixture.ts';

const traces = await useTraces();
const gateway = await useGateway();
const ann = await createPerson(gateway);

const traceparent = (traceId: string) => `00-${traceId}-${'b'.repeat(16)}-01`;

it('I13: there are no spans of strangers, whatever they ask to be traced; a request of a user begins when it came', async () => {
  const [stranger, known] = ['3'.repeat(32), '4'.repeat(32)];
  const headers = { traceparent: traceparent(stranger) };
  for (const path of ['/health', '/ready', '/nowhere', '/v1/runs', '/v1/runs/x'])
    await call(gateway, 'GET', path, { headers });
  for (const path of ['/v1/run', '/v1/login', '/nowhere']) await call(gateway, 'POST', path, { headers });
  const wrong = { ...headers, 'X-Api-Key': 'gk_nobody' };
  await call(gateway, 'POST', '/v1/run', { headers: wrong });
  const before = Date.now();
  await call(gateway, 'GET', '/v1/runs', { as: ann, headers: { traceparent: traceparent(known) } });

  const spans = await traces.collected();
  expect(spans.map(({ traceId, name }) => [traceId, name])).toEqual([[known, 'GET /v1/runs']]);
  expect(spans[0]!.start).toBeGreaterThanOrEqual(before - 5);
  expect(spans[0]!.end).toBeGreaterThanOrEqual(spans[0]!.start);
});
