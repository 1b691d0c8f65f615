/* I7: the client starts, reads and cancels runs, and a watch goes on after its last event when it was cut off. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { createClient, type RunSummary } from '#shared/api/client/index.ts';
import { KEY_SCOPES } from '#shared/api/contract/accounts/roles.ts';
import { ERRORS } from '#shared/api/contract/errors/errors.ts';
import { PROBLEM_TYPE } from '#shared/api/contract/errors/problem-type.ts';
import { claimByHand, queueRun, TO_PASS } from '../../../support/database/runs.ts';
import { createKey, createPerson, useGateway } from '../../gateway/fixture.ts';

const gateway = await useGateway();
const person = await createPerson(gateway);
const apiKey = await createKey(gateway, person, [...KEY_SCOPES]);
const client = createClient({ url: `${gateway.url}/`, apiKey });
afterAll(() => gateway?.close());

const flow = () => ({ project: person.projectId, baseUrl: 'http://127.0.0.1:1', steps: [GOTO] });
const GOTO = { action: 'goto', url: '/' } as const;
/** Played by hand; what other tests left waiting is taken out of its way. */
async function claimRun(id: string) {
  for (;;) {
    const owner = await claimByHand(gateway.sql, crypto.randomUUID());
    if (owner.run.id === id) return owner;
  }
}
const missing = '00000000-0000-4000-8000-000000000000';

describe('a client', () => {
  test('starts a run and reads it, with its key or with a token', async () => {
    const { id, status } = await client.start(flow());
    expect(status).toBe('running');
    expect(await client.get(id)).toMatchObject({ id, state: 'running.queued', steps: [] });
    const other = createClient({ url: gateway.url, token: person.token });
    expect((await other.get(id)).project).toBe(person.projectId);
  });

  test('starts one run for one idempotency key, however often it tries', async () => {
    const options = { idempotencyKey: 'nightly-7' };
    const [first, second] = [await client.start(flow(), options), await client.start(flow(), options)];
    expect(first).toMatchObject({ ok: true, status: 'running', replayed: false });
    expect(second).toEqual({ ...first, replayed: true });
    const different = client.start({ ...flow(), contextId: 'other' }, options);
    await expect(different).rejects.toMatchObject({ status: 422, code: 'idempotency_mismatch' });
  });

  test('iterates over all runs that its filter finds, page by page, each once', async () => {
    const started = new Set<string>();
    for (let n = 0; n < 5; n += 1) started.add((await client.start({ ...flow(), contextId: 'pages' })).id);
    const list = client.list({ contextId: 'pages', status: 'running', pageSize: 2 });
    const sizes: number[] = [];
    for await (const page of list.pages()) sizes.push(page.length);
    expect(sizes).toEqual([2, 2, 1]);
    const runs: RunSummary[] = [];
    for await (const run of list) runs.push(run);
    expect(runs).toHaveLength(5);
    expect(new Set(runs.map(({ id }) => id))).toEqual(started);
    const times = runs.map(({ startedAt }) => startedAt);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  test('asks for no page that nobody needs', async () => {
    const asked: string[] = [];
    const counting = createClient({
      url: gateway.url,
      token: person.token,
      fetch: (input, init) => {
        asked.push(String(input));
        return fetch(input, init);
      },
    });
    const list = counting.list({ contextId: 'pages', pageSize: 2 });
    expect(asked).toEqual([]);
    for await (const run of list) if (run.id) break;
    expect(asked).toEqual([`${gateway.url}/v1/runs?contextId=pages&limit=2`]);
  });

  test('says what a cancel would do, and then does it; a repeat is accepted too', async () => {
    const { id } = await client.start(flow());
    const dry = await client.cancel(id, { dryRun: true });
    expect(dry).toMatchObject({ dryRun: true, id, from: 'running.queued' });
    expect((await client.get(id)).cancel).toBeUndefined();
    expect(await client.cancel(id, { reason: 'enough', mode: 'force' })).toMatchObject({ ok: true, id });
    expect((await client.get(id)).cancel).toMatchObject({ source: 'user', mode: 'force', reason: 'enough' });
    const receipt = await client.receipt(id);
    expect(receipt.requested).toMatchObject({ mode: 'force', reason: 'enough', user: { id: person.userId } });
  });

  test('cancels many, and the job tells of those that it could not', async () => {
    const { id } = await client.start(flow());
    const job = await client.cancelMany({ ids: [id, missing], reason: 'deploy' });
    expect(job).toMatchObject({ matched: 2, reason: 'deploy' });
    expect((await client.cancelJob(job.id)).failed).toBe(1);
  });

  test('starts a run again with changes', async () => {
    const { id } = await client.start({ ...flow(), contextId: 'first' });
    const again = await client.rerun(id, { contextId: null, baseUrl: 'http://127.0.0.1:2' });
    const run = await client.get(again.id);
    expect(run).toMatchObject({ rerunOf: id, baseUrl: 'http://127.0.0.1:2' });
    expect(run.contextId).toBeUndefined();
  });

  test('waits no longer than it was asked to', async () => {
    const { id } = await client.start(flow());
    const asked = performance.now();
    expect((await client.get(id, { wait: 1 })).status).toBe('running');
    expect(performance.now() - asked).toBeGreaterThan(900);
  });

  test('calls any endpoint of the contract by its name', async () => {
    const project = await client.call('createProject', { body: { label: 'Shop' } });
    expect(await client.call('listProjects', {})).toContainEqual(project);
    await client.call('deleteProject', { params: { id: project.id } });
  });
});

describe('an error', () => {
  test('of the contract has its code, its text in the language asked for, and the id of the request', async () => {
    const spanish = createClient({ url: gateway.url, token: person.token, language: 'es' });
    await expect(spanish.get(missing)).rejects.toMatchObject({
      name: 'ApiError',
      status: 404,
      code: 'not_found',
      message: 'no encontrado (404)',
      requestId: expect.stringMatching(/\S/),
    });
    const nobody = createClient({ url: gateway.url });
    await expect(nobody.get(missing)).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
    const wrong = client.start({ ...flow(), steps: [] });
    await expect(wrong).rejects.toMatchObject({
      code: 'validation',
      body: { details: { issues: [{ path: 'steps' }] } },
    });
  });

  test('is the reason of the signal if that ends it, and nothing is left waiting', async () => {
    const reason = new Error('the page was left');
    await expect(client.get(missing, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const { id } = await client.start(flow());
    const leaving = new AbortController();
    const waiting = client.get(id, { wait: 30, signal: leaving.signal });
    leaving.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  test.each<[string, (signal: AbortSignal) => PromiseLike<unknown>]>([
    ['start', (signal) => client.start(flow(), { signal })],
    ['get', (signal) => client.get(missing, { signal })],
    ['list', (signal) => client.list({}, { signal })[Symbol.asyncIterator]().next()],
    ['cancel', (signal) => client.cancel(missing, { signal })],
    ['a dry run', (signal) => client.cancel(missing, { dryRun: true, signal })],
    ['cancelMany', (signal) => client.cancelMany({ ids: [missing] }, { signal })],
    ['cancelJob', (signal) => client.cancelJob(missing, { signal })],
    ['receipt', (signal) => client.receipt(missing, { signal })],
    ['rerun', (signal) => client.rerun(missing, {}, { signal })],
    ['watch', (signal) => client.watch(missing, { signal }).next()],
    ['call', (signal) => client.call('listProjects', {}, { signal })],
    ['open', (signal) => client.open('docs', {}, { signal })],
  ])('%s ends with its signal, for its reason', async (_, begin) => {
    const leaving = new AbortController();
    const reason = new Error('the page was left');
    const begun = begin(leaving.signal);
    leaving.abort(reason);
    await expect(begun).rejects.toBe(reason);
  });

  test('a watch that is left or aborted ends with its connection', async () => {
    const { id } = await client.start(flow());
    for await (const entry of client.watch(id)) {
      expect(entry).toMatchObject({ kind: 'status', status: 'running' });
      break;
    }
    const leaving = new AbortController();
    const watched = (async () => {
      for await (const entry of client.watch(id, { signal: leaving.signal }))
        if (entry.kind === 'status') leaving.abort(new Error('enough'));
    })();
    await expect(watched).rejects.toThrow('enough');
    await expect(client.watch(missing).next()).rejects.toMatchObject({ code: 'run_not_found' });
  });

  test('I7: a watch whose connection is lost asks the gateway to go on after its last event', async () => {
    const { id } = await queueRun(gateway.sql, person);
    const owner = await claimRun(id);
    for (const event of TO_PASS.slice(0, 3)) await owner.commit(event);
    const had = (await client.get(id)).events!.length;
    const asked: (string | null)[] = [];
    let cut = new AbortController();
    const watching = createClient({
      url: gateway.url,
      token: person.token,
      fetch: (input, init) => {
        cut = new AbortController();
        asked.push(new Headers(init?.headers).get('last-event-id'));
        return fetch(input, { ...init, signal: AbortSignal.any([init!.signal!, cut.signal]) });
      },
    });
    const seqs: number[] = [];
    for await (const entry of watching.watch(id, { lastEventId: 1 })) {
      if (entry.kind === 'assist') seqs.push(entry.seq);
      if (seqs.at(-1) !== had || asked.length > 1) continue;
      cut.abort();
      for (const event of TO_PASS.slice(3)) await owner.commit(event);
    }
    expect(asked).toEqual(['1', String(had)]);
    const all = (await client.get(id)).events!;
    expect(seqs).toEqual(all.slice(1).map(({ seq }) => seq));
    expect(all.length).toBeGreaterThan(had);
  });

  test('I7: a watch that is refused for too many requests when it comes back tries again, when the answer says', async () => {
    const { id } = await queueRun(gateway.sql, person);
    const owner = await claimRun(id);
    await owner.commit(TO_PASS[0]!);
    const askedAt: number[] = [];
    let cut = new AbortController();
    const watching = createClient({
      url: gateway.url,
      token: person.token,
      fetch: async (input, init) => {
        askedAt.push(performance.now());
        const { text, status } = ERRORS.too_many_requests;
        const headers = { 'content-type': PROBLEM_TYPE, 'retry-after': '3' };
        const problem = { title: text, code: 'too_many_requests' };
        if (askedAt.length === 2) return new Response(JSON.stringify(problem), { status, headers });
        cut = new AbortController();
        return fetch(input, { ...init, signal: AbortSignal.any([init!.signal!, cut.signal]) });
      },
    });
    const kinds: string[] = [];
    for await (const entry of watching.watch(id)) {
      kinds.push(entry.kind);
      if (kinds.length > 1 || askedAt.length > 1) continue;
      for (const event of TO_PASS.slice(1)) await owner.commit(event);
      cut.abort();
    }
    expect(kinds.at(-1)).toBe('end');
    expect(askedAt).toHaveLength(3);
    expect(askedAt[2]! - askedAt[1]!).toBeGreaterThanOrEqual(2_990);
  });

  test('tells no server from another server', async () => {
    const server = createServer((_, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const other = createClient({ url, apiKey: 'gly_secret' });
    await expect(other.get(missing)).rejects.toMatchObject({
      name: 'GatewayError',
      code: 'unexpected_reply',
    });
    await new Promise((resolve) => server.close(resolve));
    await expect(other.get(missing)).rejects.toMatchObject({ name: 'GatewayError', code: 'unreachable' });
  });

  test('a redirect is not followed: the key stays here', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(302, { location: `${gateway.url}/health` }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const health = createClient({ url, apiKey: 'gly_secret' }).call('health', {});
    await expect(health).rejects.toMatchObject({ code: 'unreachable' });
    expect(asked).toEqual(['/health']);
    await new Promise((resolve) => server.close(resolve));
  });
});
