/* A picture of a run changes twice a second at most, and a run without a page says that it has none. */
import { afterEach, expect, it, vi } from 'vitest';
import { BEGUN, CLAIM, claimByHand, LAUNCHED, queueRun } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { paintRun } from '../../../support/live/paint-run.ts';
import { createPerson, expectContract, useGateway } from '../fixture.ts';

afterEach(() => void vi.useRealTimers());
const gateway = await useGateway();
const ann = await createPerson(gateway);

async function frame(id: string, { query = '', tag }: { query?: string; tag?: string } = {}) {
  const response = await fetch(`${gateway.url}/v1/runs/${id}/frame${query}`, {
    headers: { authorization: `Bearer ${ann.token}`, ...(tag && { 'if-none-match': tag }) },
  });
  const { status, headers } = response;
  const bytes = Buffer.from(await response.arrayBuffer());
  const [etag, type, covered] = ['etag', 'content-type', 'ghostly-covered'].map((name) => headers.get(name));
  return { status, etag, type, covered, bytes };
}

it('a picture of a run is a JPEG with a tag, another one twice a second at most', async () => {
  const { id } = await queueRun(gateway.sql, ann);
  const owner = await claimByHand(gateway.sql, crypto.randomUUID(), 60_000);
  for (const event of [CLAIM, LAUNCHED, BEGUN]) await owner.commit(event);
  const run = paintRun(gateway.frames, id);
  vi.useFakeTimers({ toFake: ['performance'] });
  const first = await frame(id, { query: '?max=640' });
  expect([first.status, first.type, first.covered]).toEqual([200, 'image/jpeg', null]);
  expect(first.bytes.subarray(0, 2).toString('hex')).toBe('ffd8');
  expect(run.wishes[0]?.asks).toEqual([{ page: null, size: 'small', everyMs: 500 }]);
  run.paint('small');
  const again = () => frame(id, { query: '?max=640', tag: first.etag! });
  await eventually(() => expect(run.wishes.at(-1)?.taken).toBe(2));
  vi.advanceTimersByTime(499);
  expect(await again()).toMatchObject({ status: 304 });
  vi.advanceTimersByTime(1);
  const next = await again();
  expect(next.status).toBe(200);
  expect(next.etag).not.toBe(first.etag);
  vi.useRealTimers();

  run.say({ covered: 'secret' });
  const covered = await eventually(async () => {
    const other = await frame(id, { query: '?max=640' });
    expect(other.covered).toBe('secret');
    return other;
  });
  expect(covered.bytes.subarray(0, 2).toString('hex')).toBe('ffd8');
  expect(covered.bytes.equals(next.bytes)).toBe(false);
  run.stop();
});

it('a run without a page has no picture, and says so', async () => {
  const { id } = await queueRun(gateway.sql, ann);
  const { status, bytes } = await frame(id);
  expect(status).toBe(409);
  expectContract('readFrame', { status, headers: new Headers(), body: JSON.parse(String(bytes)) });
});
