/* I10, I11, I13: a viewer sees a run while it may, nothing that is covered, and slows no other one. */
import { afterEach, describe, expect, it } from 'vitest';
import { endLease } from '../../../support/database/leases.ts';
import { BEGUN, CLAIM, claimByHand, LAUNCHED, queueRun, TO_PASS } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { paintRun } from '../../../support/live/paint-run.ts';
import { viewRun } from '../../../support/live/viewer.ts';
import {
  call,
  createKey,
  createPerson,
  PASSWORD,
  type Person,
  startGateway,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const bearer = ({ token }: Person) => ({ authorization: `Bearer ${token}` });
const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** A run with an owner, whose page is painted. */
async function watched(person = ann) {
  const { id } = await queueRun(gateway.sql, person);
  for (;;) {
    const owner = await claimByHand(gateway.sql, crypto.randomUUID(), 60_000);
    if (owner.run.id !== id) continue;
    for (const event of [CLAIM, LAUNCHED, BEGUN]) await owner.commit(event);
    const painted = paintRun(gateway.frames, id);
    open.push({ close: painted.stop });
    return { id, owner, ...painted };
  }
}
type Options = Parameters<typeof viewRun>[2];
function view(id: string, options: Options = {}, at = gateway.url) {
  const viewer = viewRun(at, id, { headers: bearer(ann), ...options });
  open.push(viewer);
  return viewer;
}

describe('a viewer', () => {
  it('is shown the run from hello on, and each picture that is painted', async () => {
    const run = await watched();
    const viewer = view(run.id);
    await eventually(() => expect(viewer.pictures).toHaveLength(1));
    expect(viewer.messages.map(({ t }) => t).slice(0, 2)).toEqual(['hello', 'state']);
    expect(viewer.last('hello')).toEqual({ t: 'hello', run: run.id, status: 'running' });
    const seq = run.paint();
    await eventually(() => expect(viewer.pictures.at(-1)?.seq).toBe(seq));
    run.say({ on: 1, pages: [0, 1], step: { index: 1, phase: 'flow', box: [0, 0, 0.5, 0.5] } });
    await eventually(() => expect(viewer.last('state')).toMatchObject({ on: 1, step: { index: 1 } }));
    viewer.say({ t: 'in', fence: 1, e: [] });
    viewer.say({ t: 'see', size: 'small' });
    await eventually(() => expect(run.wishes.at(-1)?.asks[0]?.size).toBe('small'));
    const small = run.paint('small');
    run.say({ on: 0 });
    await eventually(() => expect(viewer.pictures.at(-1)?.seq).toBe(small));
  });

  it('shares what is asked of the owner with all others, and what one does not take slows nobody', async () => {
    const run = await watched();
    const [quick, stuck] = [view(run.id), view(run.id, { takesNothing: true })];
    await eventually(() => expect([quick.pictures.length, stuck.pictures.length]).toEqual([1, 1]));
    let seq = 0;
    for (let n = 0; n < 8; n += 1) {
      seq = run.paint();
      await eventually(() => expect(quick.pictures.at(-1)?.seq).toBe(seq));
    }
    expect(stuck.pictures).toHaveLength(2);
    // It is behind by pictures that nobody has kept.
    stuck.say({ t: 'credit' });
    await eventually(() => expect(stuck.pictures.map(({ seq: got }) => got).at(-1)).toBe(seq));
    expect(stuck.pictures).toHaveLength(3);
    expect(new Set(run.wishes.map(({ asks }) => asks.length))).toEqual(new Set([1]));
    for (const viewer of [quick, stuck]) viewer.close();
    await eventually(() => expect(run.wishes.at(-1)?.asks).toEqual([]));
  });

  it('I10: is shown nothing of a page that is covered, and hears of it', async () => {
    const run = await watched();
    const viewer = view(run.id);
    await eventually(() => expect(viewer.pictures).toHaveLength(1));
    run.say({ covered: 'secret' });
    await eventually(() => expect(viewer.last('state')?.covered).toBe('secret'));
    run.paint();
    const late = view(run.id);
    await eventually(() => expect(late.last('state')?.covered).toBe('secret'));
    run.say({});
    const seq = run.paint();
    await eventually(() => expect([viewer, late].map((one) => one.pictures.at(-1)?.seq)).toEqual([seq, seq]));
    expect(late.pictures).toHaveLength(1);
  });

  it('I13: that says too much is sent away', async () => {
    const run = await watched();
    const viewer = view(run.id);
    await viewer.opened;
    for (let n = 0; n < 1_000; n += 1) viewer.say({ t: 'credit' });
    expect(await viewer.closed).toBe(1_008);
    const loud = view(run.id);
    await loud.opened;
    loud.say({ t: 'see', page: 'x'.repeat(10_000) });
    expect(await loud.closed).toBe(1_009);
  });
});

describe('the end of it', () => {
  it('is said, with a code: the run waits, has ended, or its runner is lost', async () => {
    const { id } = await queueRun(gateway.sql, ann);
    const waiting = view(id);
    expect(await waiting.closed).toBe(4_001);
    expect(waiting.messages).toEqual([{ t: 'end', why: 'queued', status: 'running' }]);
    await gateway.sql.rows('delete from runs where id = $1', [id]);

    const run = await watched();
    const viewer = view(run.id);
    await eventually(() => expect(viewer.pictures).toHaveLength(1));
    for (const event of TO_PASS.slice(3)) await run.owner.commit(event);
    run.say({ over: true });
    expect(await viewer.closed).toBe(4_000);
    expect(viewer.messages.at(-1)).toEqual({ t: 'end', why: 'ended', status: 'pass' });
    expect(await view(run.id).closed).toBe(4_000);

    const lost = await watched();
    const left = view(lost.id);
    await eventually(() => expect(left.pictures).toHaveLength(1));
    await endLease(gateway.sql, lost.id);
    expect(await left.closed).toBe(4_002);
  });

  it('is that of its own run, however many viewers of others come at once', async () => {
    const runs = await Promise.all(Array.from({ length: 30 }, () => queueRun(gateway.sql, ann)));
    const viewers = runs.map(({ id }) => view(id));
    expect(await Promise.all(viewers.map(({ closed }) => closed))).toEqual(runs.map(() => 4_001));
    await gateway.sql.rows('delete from runs where id = any ($1::uuid[])', [runs.map(({ id }) => id)]);
  });

  it('of a gateway sends its viewers to another one, which goes on', async () => {
    const other = await startGateway({
      databaseUrl: gateway.databaseUrl,
      connections: { frames: gateway.frames },
    });
    try {
      const run = await watched();
      const viewer = view(run.id, {}, other.url);
      await eventually(() => expect(viewer.pictures).toHaveLength(1));
      other.stop();
      expect(await viewer.closed).toBe(1_012);
      const again = view(run.id);
      await eventually(() => expect(again.last('hello')).toBeDefined());
      const seq = run.paint();
      await eventually(() => expect(again.pictures.at(-1)?.seq).toBe(seq));
    } finally {
      await other.close();
    }
  });
});

describe('I11: the socket', () => {
  it('is for those that may see the pictures of the run, and no longer than they may', async () => {
    const run = await watched();
    const bob = await createPerson(gateway);
    expect(await view(run.id, { headers: bearer(bob) }).refused).toBe(404);
    expect(await view(run.id, { headers: {} }).refused).toBe(401);
    const writer = await createKey(gateway, ann, ['runs:write']);
    expect(await view(run.id, { headers: { 'x-api-key': writer } }).refused).toBe(403);
    const key = await createKey(gateway, ann, ['runs:read']);
    const viewer = view(run.id, { headers: { 'x-api-key': key } });
    await eventually(() => expect(viewer.pictures).toHaveLength(1));
    await gateway.sql.rows('delete from api_keys where prefix = $1 and user_id = $2', [
      key.slice(0, 8),
      ann.userId,
    ]);
    expect(await viewer.closed).toBe(4_003);
  });

  it('takes the session of a browser from pages of this gateway alone', async () => {
    const run = await watched();
    const signedIn = await fetch(`${gateway.url}/v1/auth/session`, {
      method: 'POST',
      headers: { origin: gateway.url, 'content-type': 'application/json' },
      body: JSON.stringify({ email: ann.email, password: PASSWORD }),
    });
    const cookie = signedIn.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const from = (origin: string) => view(run.id, { headers: { cookie, origin } });
    const own = from(gateway.url);
    await eventually(() => expect(own.pictures).toHaveLength(1));
    expect(await from('https://evil.example').refused).toBe(401);
    expect(await from('null').refused).toBe(401);
    const { port } = new URL(gateway.url);
    expect(await from(`http://127.0.0.1:${Number(port) + 1}`).refused).toBe(401);
  });

  it('is no answer to a request for another thing', async () => {
    const run = await watched();
    const { status, headers } = await call(gateway, 'GET', `/v1/runs/${run.id}/live`, { as: ann });
    expect([status, headers.get('upgrade')]).toEqual([426, 'websocket']);
    // Another path, and another protocol, are answered as ever.
    const list = await view(`${run.id}/../..`, { headers: bearer(ann) }).refused;
    expect(list).toBe(404);
  });
});
