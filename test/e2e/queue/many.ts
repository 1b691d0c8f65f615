import { beforeAll, describe, expect, test } from 'vitest';
import { addMember } from '../../support/database/members.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream, range, seqsOf, statusesOf } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { useServices, useStack } from '../../support/stack/use-stack.ts';

const bench = useStack({ besides: ['supervisor'] });

describe('two gateways, and two runners with one slot each', () => {
  const services = useServices(() => {
    const launchRunner = () => bench.stack.launch('runner', { RUNNER_SLOTS: '1' });
    return [bench.stack.launch('gateway'), launchRunner(), launchRunner()];
  });
  let one: Client;
  let other: Client;
  beforeAll(async () => {
    one = await bench.stack.clientOf(services[0]!);
    other = bench.client;
  });

  const waitingFlow = (tag: string) => ({
    baseUrl: bench.site.url,
    steps: [
      { action: 'goto', url: `/held?${tag}` },
      { action: 'waitForSelector', selector: '#nope' },
    ],
  });

  /** Steps that each wait for the test: `/gate?<tag>-<n>`. */
  const gatedFlow = (tag: string, count: number) => ({
    baseUrl: bench.site.url,
    steps: range(0, count).flatMap((n) => [
      { action: 'goto', url: `/gated?${tag}-${n}` },
      { action: 'waitForSelector', selector: '#opened' },
    ]),
  });

  test('I3: runs started through one gateway are watched and cancelled through the other, on both runners', async () => {
    const ids = await Promise.all([one.start(waitingFlow('a')), one.start(waitingFlow('b'))]);
    const watches = await Promise.all(ids.map((id) => other.watch(id)));
    await Promise.all(watches.map((watch) => watch.until(isEvent('step_start', 1))));

    const claimedBy = services
      .slice(1)
      .map(({ lines }) =>
        ids.filter((id) => lines.some((line) => line.includes('claimed') && line.includes(id))),
      );
    expect(claimedBy.map((claimed) => claimed.length)).toEqual([1, 1]);

    const queued = await one.start({ baseUrl: bench.site.url, steps: [{ action: 'goto', url: '/plain' }] });
    expect((await other.read(queued)).state).toBe('running.queued');

    const replies = await Promise.all(ids.map((id) => other.cancel(id)));
    expect(replies.map(({ text }) => text)).toEqual(
      ids.map((id) => `{"ok":true,"id":"${id}","status":"cancelling"}`),
    );
    for (const watch of watches) {
      const messages = await watch.ended();
      expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
      expect(statusesOf(messages)).toEqual(['running', 'cancelling', 'fail']);
    }
    // A slot is free again.
    expect(expectWholeStream(await (await other.watch(queued)).ended())).toEqual({ status: 'pass' });
  });

  test("one user's waiting runs do not keep another's one waiting", async () => {
    const busy = await Promise.all(range(0, 2).map((n) => one.start(gatedFlow(`busy-${n}`, 1))));
    for (const id of busy) await (await one.watch(id)).until(isEvent('step_start', 1));
    const plain = { baseUrl: bench.site.url, steps: [{ action: 'goto', url: '/plain' }] };
    const waiting = await Promise.all(range(0, 6).map(() => one.start(plain)));
    const member = await addMember(one);
    const late = await member.client.start(plain);

    for (const n of range(0, 2)) bench.site.release(`/gate?busy-${n}-0`);
    for (const id of [...busy, ...waiting, late])
      expect(expectWholeStream(await (await one.watch(id)).ended())).toEqual({ status: 'pass' });
    const claimed = async (id: string) => Date.parse(String((await one.read(id)).events[0]?.at));
    const [turn, others] = [await claimed(late), await Promise.all(waiting.map(claimed))];
    // Two slots come free, perhaps at the same moment.
    expect(others.filter((at) => at < turn).length).toBeLessThanOrEqual(1);
  });

  test('I7: many watchers, come at different times over two gateways, all see the same', async () => {
    const id = await one.start(gatedFlow('crowd', 3));
    const first = await one.watch(id);
    const watches = [first];
    for (const n of range(0, 3)) {
      await first.until(isEvent('step_start', 2 * n + 1));
      watches.push(...(await Promise.all([one.watch(id), other.watch(id), other.watch(id)])));
      bench.site.release(`/gate?crowd-${n}`);
    }
    const all = await Promise.all(watches.map((watch) => watch.ended()));
    for (const messages of all) {
      expect(expectWholeStream(messages)).toEqual({ status: 'pass' });
      expect(messages.map(({ raw }) => raw)).toEqual(all[0]!.map(({ raw }) => raw));
    }
  });

  test('I7: a watcher that reconnects after any event of a run that has ended gets the rest of it, and the end', async () => {
    const id = await one.start({
      baseUrl: bench.site.url,
      steps: [
        { action: 'goto', url: '/plain' },
        { action: 'waitForSelector', selector: 'h1' },
      ],
    });
    const whole = await (await one.watch(id)).ended();
    const total = seqsOf(whole).length;
    const final = whole.at(-2)!.raw;

    for (const after of [...range(0, total + 1), total + 5]) {
      const client = after % 2 === 0 ? one : other;
      const messages = await (await client.watch(id, after)).ended();
      const rest = whole.filter(({ data }) => data.kind === 'assist' && data.seq! > after);
      const expected = [final, ...rest.map(({ raw }) => raw), final, whole.at(-1)!.raw];
      expect(
        messages.map(({ raw }) => raw),
        `after ${after}`,
      ).toEqual(expected);
    }
  });

  test('I7: a watcher whose gateway is killed goes on at the other one and sees each event once', async () => {
    const id = await one.start(gatedFlow('killed', 4));
    const before = await one.watch(id);
    bench.site.release('/gate?killed-0');
    await before.until(isEvent('step_start', 3));
    services[0]!.signal('SIGKILL');
    await before.gone;
    const had = seqsOf(before.messages);

    // What happens while it is away is not lost.
    bench.site.release('/gate?killed-1');
    const witness = await other.watch(id);
    await witness.until(isEvent('step_start', 5));
    const after = await other.watch(id, had.at(-1));
    bench.site.release('/gate?killed-2');
    bench.site.release('/gate?killed-3');
    const messages = await after.ended();

    expect(expectWholeStream(messages, had.at(-1))).toEqual({ status: 'pass' });
    const seen = [...had, ...seqsOf(messages)];
    expect(seen).toEqual(range(1, seen.length));
    expect(seen).toEqual(seqsOf(await witness.ended()));
    expect((await other.read(id)).steps).toHaveLength(8);
  });
});
