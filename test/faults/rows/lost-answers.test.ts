/* I2, I3, I12: a statement whose answer is lost takes effect once or not at all, and a repeat of it is safe. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { afterFile } from '../../support/file-hooks.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { type FaultProxy, startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';
import type { Trap } from '../../support/servers/fault-proxy/faults.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceKind, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';

const LEASE_MS = 5_000;

/** Each service has a way of its own to PostgreSQL, which the tests cut at a statement. */
let stack: Stack;
let site: TestSite;
let client: Client;
let runner: ServiceProcess;
const ways = new Map<ServiceKind, FaultProxy>();

beforeAll(async () => {
  [stack, site] = await Promise.all([
    createStack({
      env: { GHOSTLY_LEASE_MS: String(LEASE_MS), GHOSTLY_CANCEL_GRACE_MS: '700', RUNNER_SLOTS: '2' },
    }),
    startSite(),
  ]);
  const start = async (kind: ServiceKind) => {
    const proxy = await startFaultProxy(stack.databaseUrl);
    afterFile(() => Promise.resolve(proxy[Symbol.asyncDispose]()));
    ways.set(kind, proxy);
    return stack.start(kind, { DATABASE_URL: proxy.url });
  };
  const [gateway, started] = await Promise.all([start('gateway'), start('runner'), start('supervisor')]);
  runner = started;
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.close());

/** `before`: the statement is lost on its way. `answered`: it takes effect, and nobody hears of it. */
const LOST: Trap['when'][] = ['before', 'answered'];
const cutAt = (kind: ServiceKind, match: Trap['match'], when: Trap['when']) =>
  ways.get(kind)!.trap({ match, when });

const PLAIN = { action: 'goto', url: '/plain' };
const ENDLESS = { action: 'waitForSelector', selector: '#nope' };
const flow = (...steps: { action: string }[]) => ({ baseUrl: site.url, steps });

interface Stored {
  epoch: number;
  started: number;
  ends: number;
}
/** How often a run was claimed, began and ended, by what is stored. */
const storedOf = async (id: string) =>
  (
    await rows<Stored>(
      stack.databaseUrl,
      `select epoch, (select count(*)::int from events where run_id = id and payload ->> 'to' = 'running.launching') as started,
         (select count(*)::int from events where run_id = id and type = 'run_end') as ends
       from runs where id = $1`,
      [id],
    )
  )[0];
const ONCE = { epoch: 1, started: 1, ends: 1 };

async function expectPass(id: string): Promise<void> {
  const messages = await (await client.watch(id)).ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
  const besides = ['transition', 'page_said'];
  const assists = messages.filter(({ data }) => data.kind === 'assist' && !besides.includes(data.type ?? ''));
  expect(assists.map(({ data }) => data.type)).toEqual([
    ...['step_start', 'step_success', 'step_start', 'step_success', 'run_end'],
  ]);
  expect(await storedOf(id)).toEqual(ONCE);
  expect((await client.read(id)).steps).toHaveLength(2);
}

/** Values as they are bound: a text after its length. */
const bound = (...values: string[]) =>
  values.map((value) => `\0\0\0${String.fromCharCode(value.length)}${value}`).join('');

/** Only a claim has the length of a lease right after its owner. */
const CLAIM = new RegExp(`\\0{3}\\x24[0-9a-f-]{36}${bound(String(LEASE_MS))}`);

const OWNER_STATEMENTS: [string, Trap['match']][] = [
  ['a claim', CLAIM],
  ['the commit of its launch', '"to":"running.stepping'],
  ['the commit of a step', '"type":"step_success"'],
  ['the commit of its end', '"type":"run_end"'],
];

test.each(OWNER_STATEMENTS.flatMap(([name, match]) => LOST.map((when) => ({ name, match, when }))))(
  'row 14: an owner whose connection is cut at $name, $when: no event twice, no transition lost (I2, I6, I12)',
  async ({ match, when }) => {
    const { sprung } = cutAt('runner', match, when);
    const id = await client.start(flow(PLAIN, PLAIN));
    await sprung;
    await expectPass(id);
  },
);

test.each(LOST)(
  'row 14: an owner whose connection is cut at a heartbeat, %s: its runs go on',
  async (when) => {
    const id = await client.start(flow({ ...PLAIN, url: `/gate?heartbeat-${when}` } as typeof PLAIN, PLAIN));
    await site.asked(`/gate?heartbeat-${when}`);
    const { sprung } = cutAt('runner', `{"${id}"}`, when);
    await sprung;
    site.release(`/gate?heartbeat-${when}`);
    await expectPass(id);
  },
);

test.each(LOST)(
  'row 14: an owner whose connection is cut at the commit of a cancel it has taken, %s: one end (I3)',
  async (when) => {
    const id = await client.start(flow(PLAIN, ENDLESS));
    const watch = await client.watch(id);
    await watch.until(isEvent('step_start', 1));
    const { sprung } = cutAt('runner', '"type":"run_end"', when);
    expect((await client.cancel(id)).body).toEqual({ ok: true, id, status: 'cancelling' });
    await sprung;
    const ended = { status: 'fail', cancelled: true, source: 'user' };
    expect(expectWholeStream(await watch.ended())).toEqual(ended);
    expect(await storedOf(id)).toEqual(ONCE);
  },
);

test.each(LOST)(
  'row 14: a gateway whose connection is cut at the record of a cancel, %s: a 503, and a repeat is safe (I3)',
  async (when) => {
    const id = await client.start(flow(PLAIN, ENDLESS));
    const watch = await client.watch(id);
    await watch.until(isEvent('step_start', 1));
    const { sprung } = cutAt('gateway', bound('graceful'), when);
    expect((await client.cancel(id)).status).toBe(503);
    await sprung;
    if (when === 'before') {
      expect((await client.read(id)).status).toBe('running');
      expect((await client.cancel(id)).body).toEqual({ ok: true, id, status: 'cancelling' });
    } else expect([200, 409]).toContain((await client.cancel(id)).status);
    const ended = { status: 'fail', cancelled: true, source: 'user' };
    expect(expectWholeStream(await watch.ended())).toEqual(ended);
    expect(await storedOf(id)).toEqual(ONCE);
  },
);

const ACCEPTING = [
  { what: 'of a run without a key', match: bound('running.queued'), key: false, whole: 1 },
  { what: 'of a run with a key', match: bound('running.queued'), key: true, whole: 0 },
  { what: 'that commits a run with a key', match: 'commit\0', key: true, whole: 1 },
];

test.each(ACCEPTING.flatMap((row) => LOST.map((when) => ({ ...row, when }))))(
  'row 14: a gateway whose connection is cut at the statement $what, $when: a 503, stored whole or not at all, and with its key it is started once (I12)',
  async ({ what, match, key, whole, when }) => {
    const baseUrl = `${site.url}/${what.replaceAll(' ', '-')}-${when}`;
    const body = { project: await client.project(), ...flow(PLAIN, PLAIN), baseUrl };
    const headers = key ? { 'Idempotency-Key': baseUrl } : {};
    const post = () => client.request<{ id: string }>('POST', '/v1/run', { body, headers });
    const stored = () =>
      rows<{ id: string }>(
        stack.databaseUrl,
        `select id from runs where base_url = $1 and exists (select from status_changes where run_id = id)`,
        [baseUrl],
      );
    const { sprung } = cutAt('gateway', match, when);
    expect((await post()).status).toBe(503);
    await sprung;
    expect(await stored()).toHaveLength(when === 'answered' ? whole : 0);
    if (key) {
      const repeated = await post();
      expect(repeated.status).toBe(202);
      expect(await stored()).toEqual([{ id: repeated.body.id }]);
    }
    for (const { id } of await stored()) await expectPass(id);
  },
);

test.each(LOST.slice(-share(1, 2)))(
  'row 14: a supervisor whose connection is cut at the end it gives an orphan, %s: it is ended once (I5, I6)',
  async (when) => {
    const id = await client.start(flow(PLAIN, ENDLESS));
    const watch = await client.watch(id);
    await watch.until(isEvent('step_start', 1));
    const { sprung } = cutAt('supervisor', '"type":"run_end"', when);
    runner.signal('SIGKILL');
    await runner.exited;
    await sprung;
    const stale = { status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true };
    expect(expectWholeStream(await watch.ended())).toEqual(stale);
    expect(await storedOf(id)).toEqual({ ...ONCE, epoch: 2 });
    runner = await stack.start('runner', { DATABASE_URL: ways.get('runner')!.url });
  },
);
