/* I11: runs are found by name, label and id, before and after they are indexed, by those who may see them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRunCursor, isListCursor } from '#shared/api/contract/runs/run-cursor.ts';
import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import { createSearchCursors } from '../../../../services/gateway/runs/search-cursor.ts';
import { indexSearches } from '../../../support/database/index-searches.ts';
import { call, createPerson, expectContract, FLOW, type Person, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];

const start = async (as: Person, fields: object): Promise<string> => {
  const body = { ...FLOW(as.projectId), ...fields };
  return ((await call(gateway, 'POST', '/v1/run', { as, body })).body as { id: string }).id;
};
const search = async (as: Person, query: Record<string, string>) => {
  const answer = await call(gateway, 'GET', `/v1/runs?${new URLSearchParams(query)}`, { as });
  expectContract('listRuns', answer);
  const next = /^<\/v1\/runs\?([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
  return { ...answer, next };
};
const ids = async (as: Person, query: Record<string, string>) =>
  ((await search(as, query)).body as RunSummary[]).map(({ id }) => id);

const first = await start(ann, { name: 'Nightly import', labels: ['nightly'] });
const second = await start(ann, { name: 'Order a mug', labels: ['shop', 'nightly'], contextId: 'c-17' });
const third = await start(ann, { labels: ['shop'] });
const cursor = new URLSearchParams((await search(ann, { q: 'nightly', limit: '1' })).next).get('before')!;
const bobs = await start(bob, { name: 'Nightly backup of Bob', labels: ['nightly'] });

describe.each([
  ['at once', async () => undefined],
  ['from the index', () => indexSearches(gateway.sql)],
])('runs are found %s', (_, prepare) => {
  it('by words of their name, by a label, by both, and by other filters with them', async () => {
    await prepare();
    expect(await ids(ann, { q: 'NIGHT' })).toEqual([second, first]);
    expect(await ids(ann, { q: 'nightly import' })).toEqual([first]);
    expect(await ids(ann, { label: 'shop' })).toEqual([third, second]);
    expect(await ids(ann, { label: 'nightly', q: 'mug' })).toEqual([second]);
    expect(await ids(ann, { q: 'c-17', status: 'running', contextId: 'c-17' })).toEqual([second]);
    expect(await ids(ann, { q: 'mug', status: 'pass' })).toEqual([]);
    expect(await ids(ann, { q: 'mug', outcome: 'fail' })).toEqual([]);
    expect(await ids(ann, { q: 'mug', project: ann.projectId })).toEqual([second]);
    expect(await ids(ann, { q: 'mug', project: bob.projectId })).toEqual([]);
    expect(await ids(ann, { q: 'mug', since: '2999-01-01T00:00:00Z' })).toEqual([]);
  });

  it('by their id, its beginning or their short id, in any case', async () => {
    expect(await ids(ann, { q: first })).toEqual([first]);
    expect(await ids(ann, { q: ` ${first.slice(-8).toUpperCase()} ` })).toEqual([first]);
    expect(await ids(ann, { q: first.slice(0, -1).toUpperCase() })).toEqual([first]);
    for (const id of [first, second, third]) expect(await ids(ann, { q: id.slice(0, 8) })).toEqual([id]);
    expect(await ids(ann, { q: first, label: 'shop' })).toEqual([]);
  });

  it('I11: but not those of another user', async () => {
    expect(await ids(ann, { q: 'bob' })).toEqual([]);
    expect(await ids(ann, { q: bobs })).toEqual([]);
    expect(await ids(ann, { q: bobs.slice(-8) })).toEqual([]);
    expect(await ids(ann, { q: bobs.slice(0, -1) })).toEqual([]);
    expect(await ids(bob, { label: 'nightly' })).toEqual([bobs]);
    const admin = await createPerson(gateway, 'admin');
    expect(await ids(admin, { label: 'nightly' })).toEqual([bobs, second, first]);
  });

  it('page after page, as its link says', async () => {
    const page = await search(ann, { q: 'nightly', limit: '1' });
    expect((page.body as RunSummary[]).map(({ id }) => id)).toEqual([second]);
    const rest = Object.fromEntries(new URLSearchParams(page.next));
    expect(rest).toEqual({ q: 'nightly', limit: '1', before: expect.any(String) });
    expect(await ids(ann, rest)).toEqual([first]);
  });
});

it('I11: where a page ends is shown to nobody', async () => {
  const { sql } = gateway;
  const [cursors, others] = [createSearchCursors(sql), createSearchCursors(sql)];
  const property = fc.asyncProperty(fc.oneof(fc.maxSafeInteger(), fc.uuid()), async (place) => {
    const [one, again] = [await cursors.seal(place), await cursors.seal(place)];
    expect(one).not.toBe(again);
    expect(one.length).toBe(cursor.length);
    expect(isListCursor(one)).toBe(true);
    expect(await others.open(one)).toBe(place);
  });
  await fc.assert(property, { numRuns: 50 });
  const { ordinal } = (await sql.row<{ ordinal: string }>('select ordinal from runs where id = $1', [
    second,
  ]))!;
  expect(await cursors.open(cursor)).toBe(Number(ordinal));
  for (const encoding of ['base64url', 'hex'] as const)
    expect(Buffer.from(cursor, encoding).toString('latin1')).not.toContain(ordinal.padStart(10));
});

it('nothing but spaces is no search', async () => {
  expect(await ids(ann, { q: '   ', label: '' })).toEqual([third, second, first]);
});

it.each([
  ['q', { q: 'x'.repeat(201) }],
  ['q', { q: 'a\0b' }],
  ['label', { label: 'l'.repeat(64) }],
  ['before', { q: 'x', before: encodeRunCursor({ micros: '1', id: first }) }],
  ['before', { before: cursor }],
  ['before', { q: 'x', before: cursor.slice(0, -1) }],
  [
    'before',
    { q: 'x', before: `${cursor.slice(0, 40)}${cursor[40] === 'A' ? 'B' : 'A'}${cursor.slice(41)}` },
  ],
  ['before', { q: 'x', before: 'A'.repeat(86) }],
])('an invalid %s is refused', async (path, query) => {
  const { status, body } = await search(ann, query);
  expect(status).toBe(400);
  expect(body).toMatchObject({ details: { issues: [{ path }] } });
});

it.each([
  ['en', 'must be given once'],
  ['es', 'debe darse una sola vez'],
])('a parameter that is given twice is refused in words (%s)', async (language, message) => {
  for (const name of ['q', 'label', 'limit', 'outcome', 'since', 'before', 'project']) {
    const headers = { 'Accept-Language': language };
    const answer = await call(gateway, 'GET', `/v1/runs?${name}=1&${name}=2`, { as: ann, headers });
    expect(answer).toMatchObject({ status: 400, body: { details: { issues: [{ path: name, message }] } } });
  }
});

it.each(["' or true --", '%', '_', '\\', '{1}', '__proto__', '日本', 'ß'])(
  '%j is searched as it is',
  async (q) => {
    const id = await start(ann, { name: `name ${q} here` });
    expect((await ids(ann, { q }))[0]).toBe(id);
    await indexSearches(gateway.sql);
    expect((await ids(ann, { q }))[0]).toBe(id);
  },
);
