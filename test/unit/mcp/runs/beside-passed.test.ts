/* A slow search for a run that passed does not delay the answer about one that failed. */
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { createClient, type RunDetail } from '#shared/api/client/index.ts';
import { besidePassed } from '../../../../services/mcp/runs/beside-passed.ts';
import { localServer } from '../../../support/http/local-server.ts';

const run = {
  id: '0197d5a6-0000-7000-8000-000000000001',
  project: 'p',
  name: 'Order each night',
  status: 'fail',
  startedAt: new Date(0).toISOString(),
} as RunDetail;

/** A client of a gateway that never answers, and when it was asked. */
async function silent() {
  const { server, url } = await localServer();
  return { client: createClient({ url, apiKey: 'key' }), asked: once(server, 'request') };
}

it('does not keep the answer about the run waiting for a search that takes long', async () => {
  const { client } = await silent();
  const { signal } = new AbortController();
  expect(await besidePassed(run, { client, signal })).toBeUndefined();
});

it('ends with a call that is cancelled', async () => {
  const { client, asked } = await silent();
  const call = new AbortController();
  const found = besidePassed(run, { client, signal: call.signal });
  await asked;
  call.abort(new Error('cancelled'));
  await expect(found).rejects.toThrow('cancelled');
});
