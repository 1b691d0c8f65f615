import { beforeAll, describe, expect, test } from 'vitest';
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
