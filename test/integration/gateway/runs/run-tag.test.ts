/* I11: the tag of a run stays while nothing changes, and is another one after each move. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { recordLateResult } from '#shared/adapters/database/runs/late-result.ts';
import { recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import { claimByHand, queueRun, TO_PASS } from '../../../support/database/runs.ts';
import { call, createPerson, type Person, startRun, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);

const read = (id: string, tag?: string, as: Person = ann, query = '') =>
  call(gateway, 'GET', `/v1/runs/${id}${query}`, {
    as,
    ...(tag !== undefined && { headers: { 'if-none-match': tag } }),
  });

async function tagOf(id: string): Promise<string> {
  const { status, headers } = await read(id);
  expect(status).toBe(200);
  return headers.get('etag') ?? '';
}

/** A run that ends well, move by move. */
async function claimed() {
  await gateway.sql.rows('truncate runs, leases, key_heads, turns cascade');
  const { id } = await queueRun(gateway.sql, ann);
  const owner = await claimByHand(gateway.sql, randomUUID());
  return { id, owner };
}

describe('the tag of a run', () => {
  it('stays while nothing changes: the answer is 304, without a body', async () => {
    const id = await startRun(gateway, ann);
    const tag = await tagOf(id);
    expect(tag).toMatch(/^W\/"[\x21\x23-\x7e]+"$/);
    for (const given of [tag, tag.slice(2), `"other", ${tag}`]) {
      const answer = await read(id, given);
      expect(answer).toMatchObject({ status: 304, body: '' });
      expect(answer.headers.get('etag')).toBe(tag);
      expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    }
    expect((await read(id, '"other"')).status).toBe(200);
    expect((await read(id.slice(-8), tag)).status).toBe(304);
  });

  it('is another one after each move of the run, and stays once it is final', async () => {
    const { id, owner } = await claimed();
    let tag = await tagOf(id);
    for (const event of TO_PASS) {
      expect(await owner.commit(event)).toBeDefined();
      const moved = await read(id, tag);
      expect(moved.status).toBe(200);
      tag = moved.headers.get('etag') ?? '';
    }
    expect((await read(id)).body).toMatchObject({ status: 'pass' });
    expect((await read(id, tag)).status).toBe(304);
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['a cancel', (runId) => recordCancelRequest(gateway.sql, { runId, by: 'user', mode: 'graceful' })],
    ['a video', (id) => gateway.sql.rows(`update runs set video_path = 'v.webm' where id = $1`, [id])],
    ['a new owner', (id) => gateway.sql.rows('update runs set owner = $2 where id = $1', [id, randomUUID()])],
  ])('is another one after %s, which no event tells', async (_, change) => {
    const id = await startRun(gateway, ann);
    const before = await read(id);
    await change(id);
    const after = await read(id, before.headers.get('etag') ?? '');
    expect(after.status).toBe(200);
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(after.body).not.toEqual(before.body);
  });

  it('is another one after a late result', async () => {
    const id = await startRun(gateway, ann);
    await recordCancelRequest(gateway.sql, { runId: id, by: 'user', mode: 'graceful' });
    for (const lateResults of [[{ epoch: 1 }], [{ epoch: 1 }, { epoch: 1 }]]) {
      const tag = await tagOf(id);
      const late = { epoch: 1, owner: randomUUID(), browserClosed: true, result: {} };
      await recordLateResult(gateway.sql, { ...late, runId: id });
      expect(await read(id, tag)).toMatchObject({ status: 200, body: { cancel: { lateResults } } });
    }
  });

  it('is another one after a cancel by force of a run that is being cancelled', async () => {
    const id = await startRun(gateway, ann);
    await recordCancelRequest(gateway.sql, { runId: id, by: 'user', mode: 'graceful' });
    const tag = await tagOf(id);
    await recordCancelRequest(gateway.sql, { runId: id, by: 'user', mode: 'force' });
    expect(await read(id, tag)).toMatchObject({ status: 200, body: { cancel: { mode: 'force' } } });
  });

  it('waits for the end with `wait`, and says 304 if the run is still the same', async () => {
    const { id, owner } = await claimed();
    const tag = await tagOf(id);
    expect((await read(id, tag, ann, '?wait=1')).status).toBe(304);
    await owner.commit(TO_PASS[0]!);
    const waiting = read(id, tag, ann, '?wait=20');
    for (const event of TO_PASS.slice(1)) await owner.commit(event);
    expect(await waiting).toMatchObject({ status: 200, body: { status: 'pass' } });
  });

  it('says nothing of what a run waits for: with hints the answer has none until the run is final', async () => {
    const id = await startRun(gateway, ann);
    const tag = await tagOf(id);
    const hinted = await read(id, tag, ann, '?hints=1');
    expect(hinted).toMatchObject({ status: 200, body: { waitingFor: { code: 'no_runner' } } });
    expect(hinted.headers.get('etag')).toBeNull();
    expect(hinted.headers.get('cache-control')).toBe('no-store');
  });

  it('is good with hints once the run is final', async () => {
    const { id, owner } = await claimed();
    for (const event of TO_PASS) await owner.commit(event);
    const ended = await read(id, undefined, ann, '?hints=1');
    const tag = ended.headers.get('etag') ?? '';
    expect(tag).toBe(await tagOf(id));
    expect(await read(id, tag, ann, '?hints=1')).toMatchObject({ status: 304, body: '' });
    expect((await read(id, '"other"', ann, '?hints=1')).body).toEqual(ended.body);
  });

  it('I11: opens nothing to a caller who may not read the run', async () => {
    const id = await startRun(gateway, ann);
    const tag = await tagOf(id);
    expect(await read(id, tag, await createPerson(gateway))).toMatchObject({ status: 404 });
    const nobody = { headers: { 'if-none-match': tag } };
    expect(await call(gateway, 'GET', `/v1/runs/${id}`, nobody)).toMatchObject({ status: 401 });
    const made = await call(gateway, 'POST', '/v1/api-keys', {
      as: ann,
      body: { label: 'starts', scopes: ['runs:write'] },
    });
    const { key } = made.body as { key: string };
    expect(await call(gateway, 'GET', `/v1/runs/${id}`, { ...nobody, key })).toMatchObject({ status: 403 });
  });
});
