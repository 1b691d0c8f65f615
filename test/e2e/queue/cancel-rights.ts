import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { addKey, addMember, addViewer, adminByToken, type Member } from '../../support/database/members.ts';
import type { Client, Reply } from '../../support/http/client.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack({ besides: [] });
/** No runner: the runs stay queued, and each refusal leaves them so. */
let key: Client;
let admin: Client;
let owner: Member;
let viewer: Member;
let stranger: Member;
let id: string;

beforeAll(async () => {
  key = bench.client;
  admin = await adminByToken(key);
  [owner, viewer, stranger] = await Promise.all([addMember(admin), addMember(admin), addMember(admin)]);
  await addViewer(bench.stack.databaseUrl, await owner.client.project(), viewer.id);
  id = await owner.client.start({
    baseUrl: 'http://127.0.0.1:1',
    steps: [{ action: 'goto', url: '/' }],
  });
});

const bodyOf = ({ status, text }: Reply) => [status, text];
const UNAUTHORIZED = [401, '{"ok":false,"error":"unauthorized"}'];
const FORBIDDEN = [403, '{"ok":false,"error":"forbidden"}'];
const NOT_FOUND = [404, '{"ok":false,"error":"not found"}'];

test('I11: cancelling without good credentials is a 401; a bad token is not saved by a good key', async () => {
  const bad = [
    key.as({}),
    key.as({ apiKey: `gly_${'x'.repeat(43)}` }),
    key.as({ apiKey: randomUUID() }),
    key.as({ token: `${owner.token.slice(0, -4)}AAAA` }),
  ];
  for (const client of bad) expect(bodyOf(await client.cancel(id))).toEqual(UNAUTHORIZED);
  const both = await key.cancel(id, { headers: { Authorization: 'Bearer nonsense' } });
  expect(bodyOf(both)).toEqual(UNAUTHORIZED);
});

test('I11: who may see a run but not cancel it gets a 403: a read-only key, a viewer, an admin by token', async () => {
  const readOnly = await addKey(owner.client, ['runs:read']);
  for (const client of [readOnly, viewer.client, admin]) {
    expect(bodyOf(await client.cancel(id))).toEqual(FORBIDDEN);
    expect((await client.read(id)).status).toBe('running');
  }
  const spanish = await viewer.client.cancel(id, { headers: { 'Accept-Language': 'es' } });
  expect(bodyOf(spanish)).toEqual([403, '{"ok":false,"error":"prohibido"}']);
});

test('I11: a run that does not exist, is not to be seen or has no proper id is a 404', async () => {
  for (const unknown of [randomUUID(), 'nonsense', `${id}x`, "' or 1=1 --".replaceAll(' ', '%20'), '%00'])
    expect(bodyOf(await owner.client.cancel(unknown)), unknown).toEqual(NOT_FOUND);
  expect(bodyOf(await stranger.client.cancel(id))).toEqual(NOT_FOUND);
  const spanish = await stranger.client.cancel(id, { headers: { 'Accept-Language': 'es-MX' } });
  expect(bodyOf(spanish)).toEqual([404, '{"ok":false,"error":"no encontrado"}']);
  await expect(stranger.client.watch(id)).rejects.toThrow('refused: 404');
});

test('I11: a key with the scope admin, and one for cancelling only, may cancel', async () => {
  expect((await owner.client.read(id)).status).toBe('running');
  const cancelOnly = await addKey(owner.client, ['runs:cancel']);
  const accepted = [200, `{"ok":true,"id":"${id}","status":"cancelling"}`];
  expect(bodyOf(await cancelOnly.cancel(id))).toEqual(accepted);
  expect(bodyOf(await key.cancel(id))).toEqual(accepted);
  expect((await owner.client.read(id)).status).toBe('cancelling');
});
