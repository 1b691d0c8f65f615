/* A run that is watched live: its page, its end, a cancel while the page hangs, and a gateway that is killed. */
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { viewRun } from '../support/live/viewer.ts';
import { useStack } from '../support/stack/use-stack.ts';

const bench = useStack();
const headers = () => ({ 'X-Api-Key': bench.stack.apiKey });
const start = (steps: readonly object[]) =>
  bench.client.start({ baseUrl: bench.site.url, steps: steps as never });
const view = (id: string, gateway = bench.client.url) => viewRun(gateway, id, { headers: headers() });

/** A viewer that comes back until the run has a page. */
async function whenSeen(id: string, gateway = bench.client.url) {
  let viewer = view(id, gateway);
  await eventually(() => {
    if (viewer.socket.readyState === viewer.socket.CLOSED) viewer = view(id, gateway);
    expect(viewer.pictures.length).toBeGreaterThan(0);
  });
  return viewer;
}
const answer = (id: string) =>
  eventually(async () => {
    const sent = await bench.client.request('POST', `/v1/runs/${id}/answer`, { body: { values: {} } });
    expect(sent.status).toBe(200);
  });
const WAIT = { action: 'ask', text: 'Go on?', fields: [] };

it('a run is seen while it goes on, as single pictures too, and its end is said', async () => {
  const id = await start([{ action: 'goto', url: '/form' }, WAIT]);
  const viewer = await whenSeen(id);
  expect(viewer.pictures[0]).toMatchObject({ page: 0, width: 1_280, height: 720 });
  // A page that gets no processor time for two seconds gives none, and is asked again.
  await eventually(async () => {
    const picture = await fetch(`${bench.client.url}/v1/runs/${id}/frame?max=640`, { headers: headers() });
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  });
  await answer(id);
  expect(await viewer.closed).toBe(4_000);
  expect(viewer.last('end')).toEqual({ t: 'end', why: 'ended', status: 'pass' });
});

it('I4: a watched run whose page never answers is stopped, and its end is said', async () => {
  const id = await start([
    { action: 'goto', url: '/loop' },
    { action: 'click', selector: '#loop', timeoutMs: 120_000 },
    { action: 'click', selector: '#loop', timeoutMs: 120_000 },
  ]);
  const viewer = await whenSeen(id);
  await bench.site.asked('/loop-begun');
  await bench.client.request('POST', `/v1/runs/${id}/cancel`);
  expect(await bench.client.ended(id)).toMatchObject({ status: 'fail', outcome: 'cancelled' });
  expect(await viewer.closed).toBe(4_000);
});

it('the picture goes on at another gateway when one is killed', async () => {
  const other = await bench.stack.start('gateway');
  const url = await other.ready;
  const id = await start([{ action: 'goto', url: '/form' }, WAIT]);
  const viewer = await whenSeen(id, url);
  other.signal('SIGKILL');
  expect(await viewer.closed).toBe(1_006);
  const again = await whenSeen(id);
  expect(again.last('hello')).toMatchObject({ run: id });
  again.close();
  await answer(id);
});
