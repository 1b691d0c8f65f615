/* I5, I6: very many runs that lose their runner at once are soon final, while the gateway answers others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { connectReader } from '../../support/servers/nats-reader.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type Stack } from '../../support/stack/stack.ts';
import { enoughFor } from '../scale.ts';
import { expectTidied } from './doomed.ts';
import { openOrphanage } from './many-orphans.ts';

const COUNT = share(1_000, 10_000);
/** The issue's, for ten thousand. */
const ALL_FINAL_MS = 60_000;
/** Most time of one request, on two slow cores with everything else on them. */
const RESPONSIVE_MS = share(3_000, 1_000);

let stack: Stack;
let site: TestSite;
let client: Client;

beforeAll(async () => {
  [stack, site] = await Promise.all([
    createStack({ env: { GHOSTLY_LEASE_MS: '2000', GHOSTLY_CANCEL_GRACE_MS: '600' } }),
    startSite(),
  ]);
  client = await stack.clientOf(await stack.start('gateway'));
});
afterAll(() => site?.close());

const ask = <Row>(text: string, values: unknown[] = []) => rows<Row>(stack.databaseUrl, text, values);

interface Progress {
  final: number;
  published: number;
}
const progress = async () => {
  const [found] = await ask<Progress>(
    `select count(*) filter (where status = 'fail')::int as final,
       count(*) filter (where not exists (select from unpublished where run_id = runs.id))::int as published
     from runs where base_url = $1`,
    [site.url],
  );
  return found!;
};

const LATER = { baseUrl: 'http://127.0.0.1:1', steps: [{ action: 'goto', url: '/' }] };

/** How long the slowest of some requests took, ms. */
async function useGateway(id: string): Promise<number> {
  const sent = performance.now();
  expect((await client.request('GET', '/v1/runs?limit=20')).status).toBe(200);
  const listed = performance.now();
  await client.start(LATER);
  const posted = performance.now();
  await client.read(id);
  return Math.max(listed - sent, posted - listed, performance.now() - posted);
}

test(`row 23: ${COUNT} orphans at once are all final within a minute, and the gateway stays responsive meanwhile (I5, I6)`, {
  timeout: enoughFor(COUNT, 20),
}, async () => {
  const ids = await (await openOrphanage({ stack, client, site })).fill(COUNT);
  const watched = ids.slice(0, 3);
  const watches = await Promise.all(watched.map((id) => client.watch(id)));

  const began = performance.now();
  await stack.start('supervisor');
  let slowest = 0;
  let done: number | undefined;
  await eventually(
    async () => {
      slowest = Math.max(slowest, await useGateway(watched[0]!));
      const { final, published } = await progress();
      if (final === COUNT) done ??= performance.now();
      expect({ final, published }).toEqual({ final: COUNT, published: COUNT });
    },
    { timeoutMs: enoughFor(COUNT, 15), everyMs: 200 },
  );
  expect(done! - began).toBeLessThan(ALL_FINAL_MS);
  expect(slowest).toBeLessThan(RESPONSIVE_MS);
  for (const watch of watches)
    expect(expectWholeStream(await watch.ended())).toMatchObject({ staleAfterRestart: true });
  await using reader = await connectReader(stack.nats.readerUrl);
  for (const id of watched) expect((await reader.stored(id)).at(-1)?.id).toBe(`${id}:end`);
  await expectTidied(stack);
});
