/* Batches on real processes: gateways start the tests, runners run them, a supervisor ends what has no runner. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Batch, BatchSummary } from '#shared/api/contract/batches/batches.ts';
import type { CancelJob } from '#shared/api/contract/cancel/cancel.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually, PATIENCE_MS } from '../../support/eventually.ts';
import { share } from '../../support/share.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack();
const ROWS = share(10, 50);
const site = createServer();
/** How often each page was asked for. */
const visits = new Map<string, number>();
let baseUrl: string;
let path: string;
beforeAll(async () => {
  site.on('request', ({ url = '' }, response) => {
    const visit = (visits.get(url) ?? 0) + 1;
    visits.set(url, visit);
    const works = !url.includes('flaky') || visit > 1;
    response.writeHead(works ? 200 : 204, { 'content-type': 'text/html' });
    response.end(works ? `<title>${url}</title><h1>works</h1>` : '');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  path = `/v1/projects/${await bench.client.project()}/batches`;
});
afterAll(() => void site.close());

async function start(steps: object[], body: object, inputs: readonly object[]): Promise<string> {
  const definition = { baseUrl, steps };
  const flows = [{ flow: { name: 'visit', definition }, rows: inputs.map((row) => ({ inputs: row })) }];
  const answer = await bench.client.request<BatchSummary>('POST', path, { body: { ...body, flows } });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
}
const read = async (id: string) => (await bench.client.request<Batch>('GET', `${path}/${id}`)).body;
const ended = (id: string) =>
  eventually(
    async () => {
      const batch = await read(id);
      expect(batch.finishedAt, JSON.stringify(batch.counts)).toBeDefined();
      return batch;
    },
    { timeoutMs: 4 * PATIENCE_MS },
  );
const report = async (id: string, format: string) =>
  (await bench.client.request('GET', `${path}/${id}/report?format=${format}`)).text;

const VISIT = [
  { action: 'goto', url: '/${inputs.page}' },
  { action: 'waitForSelector', selector: 'h1' },
];
const NEVER = [
  { action: 'goto', url: '/${inputs.page}' },
  { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 },
];

describe('a batch', () => {
  test(
    `of ${ROWS} rows with three flaky ones: the report says three`,
    async () => {
      const flakyOnes = [1, Math.floor(ROWS / 2), ROWS - 1];
      const pages = Array.from({ length: ROWS }, (_, n) => ({
        page: `${flakyOnes.includes(n) ? 'flaky' : 'page'}-${n}`,
      }));
      const id = await start(VISIT, { retries: 1 }, pages);
      const batch = await ended(id);
      expect(batch).toMatchObject({ status: 'pass', counts: { tests: ROWS, pass: ROWS - 3, flaky: 3 } });
      const flaky = batch.tests.filter(({ status }) => status === 'flaky');
      expect(flaky.map(({ index }) => index)).toEqual(flakyOnes);
      for (const { attempts } of flaky) {
        expect(attempts.map(({ outcome }) => outcome)).toEqual(['fail', 'pass']);
        expect(attempts[0]?.error).toMatch(/^step 1 \(goto\): /);
      }
      expect((await report(id, 'junit')).match(/<flakyFailure /g)).toHaveLength(3);
      expect(JSON.parse(await report(id, 'ctrf')).results.summary).toMatchObject({ tests: ROWS, flaky: 3 });
      expect(await report(id, 'markdown')).toContain('3 flaky');
    },
    5 * PATIENCE_MS,
  );

  test(
    'of a hundred that is cancelled leaves none',
    async () => {
      const pages = Array.from({ length: 100 }, (_, n) => ({ page: `held-${n}` }));
      const id = await start(NEVER, { maxParallel: 10, retries: 2 }, pages);
      await eventually(async () => expect((await read(id)).counts.running).toBe(10));
      const answer = await bench.client.request<CancelJob>('POST', `${path}/${id}/cancel`, { body: {} });
      expect(answer.status, answer.text).toBe(202);
      const batch = await ended(id);
      expect(batch).toMatchObject({ status: 'cancelled', counts: { tests: 100, cancelled: 100 } });
      const job = await bench.client.request<CancelJob>('GET', `/v1/cancel-jobs/${answer.body.id}`);
      expect(job.body).toMatchObject({ status: 'done', matched: 10, cancelled: 10, filter: { batch: id } });
      const live = `select id from runs where status in ('running', 'cancelling')`;
      expect(await rows(bench.stack.databaseUrl, live)).toEqual([]);
      expect(await rows(bench.stack.databaseUrl, 'select from batch_ends')).toEqual([]);
      expect((await bench.client.request('POST', `${path}/${id}/cancel`, { body: {} })).status).toBe(409);
    },
    5 * PATIENCE_MS,
  );

  test(
    'of which one run is cancelled ends that test, which is not run again',
    async () => {
      const id = await start(NEVER, { retries: 2 }, [{ page: 'held' }]);
      const runId = await eventually(async () => {
        const { tests } = await read(id);
        const attempt = tests[0]?.attempts[0];
        expect(attempt).toBeDefined();
        return attempt!.runId;
      });
      await bench.client.request('POST', `/v1/runs/${runId}/cancel`, { body: {} });
      expect(await ended(id)).toMatchObject({
        status: 'fail',
        tests: [{ status: 'cancelled', attempts: [{ outcome: 'cancelled' }] }],
      });
    },
    5 * PATIENCE_MS,
  );
});
