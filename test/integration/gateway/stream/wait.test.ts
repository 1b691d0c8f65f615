/* I7, I11: a wait misses no end of its run, and is over with its time, its client, or its right to read. */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CONNECTION } from '#shared/adapters/bus/bus.ts';
import { createOpenStreams, type OpenStreams } from '../../../../services/gateway/access/open-streams.ts';
import type { Actor } from '../../../../services/gateway/access/policy.ts';
import { createWaitForEnd, type Waited } from '../../../../services/gateway/runs/wait.ts';
import type { RunFeeds } from '../../../../services/gateway/stream/run-feed.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { CLAIM, TO_PASS } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { useWatchers } from './fixture.ts';

const watchers = useWatchers();
let openStreams: OpenStreams;
const stop = new AbortController();

beforeAll(() => {
  openStreams = createOpenStreams({ sql: watchers.sql, log: quietLog() });
});
afterAll(() => openStreams[Symbol.asyncDispose]());
afterEach(() => void vi.useRealTimers());

const actorOf = (userId: string): Actor => ({
  userId,
  email: 'ann@test.local',
  role: 'member',
  scopes: 'all',
});

/** Not over before the test. */
const LONG_MS = 2 ** 30;

function wait(
  runId: string,
  ms = LONG_MS,
  more: { stopping?: AbortSignal; feeds?: RunFeeds; as?: string } = {},
) {
  const { stopping = stop.signal, feeds = watchers.feeds, as = watchers.account.userId } = more;
  const out = new PassThrough();
  const start = performance.now();
  const waitForEnd = createWaitForEnd({ sql: watchers.sql, feeds, openStreams, stopping });
  const ended = waitForEnd({ actor: actorOf(as), runId, ms, out }).then((waited) => ({
    waited,
    ms: performance.now() - start,
  }));
  return { out, ended };
}

const joined = (runId: string) =>
  eventually(() => expect(watchers.listening).toEqual([`ghostly.v1.run.${runId}.live`]));
const nobodyListens = () => eventually(() => expect(watchers.listening).toEqual([]));
const endsAs = async (ended: Promise<{ waited: Waited }>, waited: Waited) => {
  expect((await ended).waited).toBe(waited);
  await nobodyListens();
};

describe('a wait for the end of a run', () => {
  it('is over when its owner says that it is final', async () => {
    const run = await watchers.startRun();
    const { ended } = wait(run.id);
    await joined(run.id);
    // Said and not stored: no look at the database finds it.
    watchers.bus.publish(`ghostly.v1.run.${run.id}.live`, [{ kind: 'end', at: new Date() }]);
    await endsAs(ended, 'over');
    await run.commitAll(TO_PASS);
  });

  it('goes on while the run does, whatever is said about it', async () => {
    const run = await watchers.startRun();
    const { ended } = wait(run.id);
    let over = false;
    void ended.then(() => {
      over = true;
    });
    await joined(run.id);
    await run.live(watchers.bus, TO_PASS.slice(0, -1));
    watchers.bus.publish(`ghostly.v1.run.${run.id}.live`, 'nonsense');
    // Then it has been heard.
    await (await watchers.bus[CONNECTION]()).flush();
    await turn();
    expect(over).toBe(false);
    await run.live(watchers.bus, TO_PASS.slice(-1));
    await endsAs(ended, 'over');
  });

  it('is over within a second also if NATS says nothing: the shared look finds it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const run = await watchers.startRun();
    const { ended } = wait(run.id);
    await joined(run.id);
    await run.commitAll(TO_PASS);
    vi.advanceTimersByTime(1_000);
    await endsAs(ended, 'over');
  });

  it('I7: misses no end that comes while it is about to listen', async () => {
    const run = await watchers.startRun();
    const late: RunFeeds = {
      ...watchers.feeds,
      async join() {
        await run.commitAll(TO_PASS);
        // Neither a message nor a look comes.
        return async () => undefined;
      },
    };
    const { ended } = wait(run.id, LONG_MS, { feeds: late });
    await endsAs(ended, 'over');
  });

  it('is over in time also while NATS does not answer', async () => {
    const run = await watchers.startRun();
    const never = Promise.withResolvers<() => void>();
    let left = 0;
    const hanging = { ...watchers.feeds, join: () => never.promise } as RunFeeds;
    const { ended } = wait(run.id, 100, { feeds: hanging });
    expect((await ended).waited).toBe('over');
    expect((await ended).ms).toBeGreaterThan(95);
    never.resolve(() => {
      left += 1;
    });
    await eventually(() => expect(left).toBe(1));
  });

  it('leaves the feed when the client is gone', async () => {
    const run = await watchers.startRun();
    const { out, ended } = wait(run.id);
    await joined(run.id);
    out.destroy();
    await endsAs(ended, 'gone');
  });

  it('does not begin for a client that has gone before', async () => {
    const run = await watchers.startRun();
    const out = new PassThrough();
    out.destroy();
    await once(out, 'close');
    const waitForEnd = createWaitForEnd({
      sql: watchers.sql,
      feeds: watchers.feeds,
      openStreams,
      stopping: stop.signal,
    });
    const actor = actorOf(watchers.account.userId);
    expect(await waitForEnd({ actor, runId: run.id, ms: LONG_MS, out })).toBe('gone');
    await nobodyListens();
  });

  it('is over when the gateway stops, and does not begin after that', async () => {
    const run = await watchers.startRun();
    const stopping = new AbortController();
    const { ended } = wait(run.id, LONG_MS, { stopping: stopping.signal });
    await joined(run.id);
    stopping.abort();
    await endsAs(ended, 'over');
    const { ended: late } = wait(run.id, LONG_MS, { stopping: stopping.signal });
    await endsAs(late, 'over');
  });

  it('is over for a run that retention took', async () => {
    await endsAs(wait('00000000-0000-4000-8000-000000000000').ended, 'over');
  });

  it('I11: is refused soon after the right to read the run was taken away', async () => {
    const run = await watchers.startRun();
    const guest = await createOwner(watchers.sql);
    const key = [watchers.account.projectId, guest.userId];
    await watchers.sql.rows(`insert into project_members values ($1, $2, 'viewer')`, key);
    const { ended } = wait(run.id, LONG_MS, { as: guest.userId });
    await joined(run.id);
    await watchers.sql.rows('delete from project_members where project_id = $1 and user_id = $2', key);
    await endsAs(ended, 'refused');
  });

  it('shares one subscription and one look with all others, and leaves nothing behind', async () => {
    const warnings: string[] = [];
    const warn = (warning: Error) => warnings.push(warning.message);
    process.on('warning', warn);
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const run = await watchers.startRun();
    await run.live(watchers.bus, [CLAIM]);
    // All connections that the pool may have are there already.
    await Promise.all(Array.from({ length: 20 }, () => watchers.sql.row('select pg_sleep(0.05)')));
    const before = timers();
    const waits = Array.from({ length: 40 }, () => wait(run.id));
    await joined(run.id);
    waits[0]!.out.destroy();
    await waits[0]!.ended;
    expect(watchers.listening).toHaveLength(1);
    // Nobody holds a connection until the run ends: the pool has ten.
    await watchers.sql.row('select 1');
    await run.live(watchers.bus, TO_PASS.slice(1));
    await Promise.all(waits.slice(1).map(({ ended }) => endsAs(ended, 'over')));
    await eventually(() => expect(timers()).toBeLessThanOrEqual(before + 1));
    await turn(); // warnings come in a turn of their own
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });
});
