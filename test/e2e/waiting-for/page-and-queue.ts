import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { openStream, type SseMessage } from '../../support/http/sse.ts';
import { extendedOnly } from '../../support/share.ts';
import { NEVER, useWaiting } from './bench.ts';

const { bench, waitingOf, says, start, end, atStep } = useWaiting();

describe('waitingFor', () => {
  it('names what keeps a step, with its facts and times; and nothing once the run is over', async () => {
    const click = { action: 'click', selector: '#under', timeoutMs: 120_000 };
    const id = await atStep('/form', click);
    const facts = { code: 'element_covered', matches: 1, coveredBy: '<div>' };
    await says(id, { ...facts, step: 1, ...click, leadsTo: 'fail' });
    await end(id);
    expect(await waitingOf(id)).toBeUndefined();
  });

  it('says that the script of a page is busy, and since when', async () => {
    const id = await atStep('/loop-on-load', NEVER);
    await says(id, {
      code: 'page_busy',
      selector: '#nope',
      for: expect.stringMatching(/^The page is not responding: its script is busy, for [1-9]\d* s now\. /),
    });
    const first = await waitingOf(id);
    await says(id, { since: first!.since });
    await end(id);
  });

  it('says that a server has not answered, which is no busy page', async () => {
    const id = await atStep('/plain', { action: 'goto', url: '/never?waited-for', timeoutMs: 120_000 });
    const url = `${bench.site.url}/never?waited-for`;
    await says(id, {
      code: 'page_loading',
      step: 1,
      url: '/never?waited-for',
      leadsTo: 'fail',
      request: { method: 'GET', url, since: expect.any(String) },
      for: expect.stringContaining(`The server has not answered GET ${url} for `),
    });
    await end(id);
  });

  it('I11: names the run that holds a key, and how many are ahead while all slots are busy', async () => {
    const key = { concurrencyKey: 'nightly' };
    const holder = await atStep('/plain', NEVER, key);
    const held = await start([NEVER], key);
    await says(held, { code: 'concurrency_key', heldBy: holder, concurrencyKey: 'nightly' });
    const second = await atStep('/plain', NEVER);
    const third = await start([NEVER]);
    await says(third, { code: 'slots', slots: 2, busy: 2 });
    expect(await waitingOf(third)).toHaveProperty('oldestSince');
    const labelled = await start([NEVER], { runnerLabels: ['gpu'] });
    await says(labelled, { code: 'no_fitting_runner', labels: ['gpu'] });
    await end(labelled, third, held, second, holder);
  });

  it('I7: is said in a stream that asks for hints, between the same entries as in one that does not', async () => {
    const id = await atStep('/plain', NEVER);
    const address = `${bench.client.url}/v1/runs/${id}/events/stream?hints=1`;
    const asking = await openStream(address, { 'X-Api-Key': bench.stack.apiKey });
    const silent = await bench.client.watch(id);
    const hint = await asking.until(({ event, raw }) => event === 'hint' && raw.includes('element_missing'));
    expect(hint.id).toBeUndefined();
    expect(hint.data).toMatchObject({ waitingFor: { step: 1, seq: expect.any(Number), ...NEVER } });
    await end(id);
    const [reported, plain] = await Promise.all([asking.ended(), silent.ended()]);
    const raws = (messages: readonly SseMessage[]) => messages.map(({ raw }) => raw);
    expect(raws(reported.filter(({ event }) => event !== 'hint'))).toEqual(raws(plain));
  });

  extendedOnly(() => {
    it('says that a runner was killed, and when the run ends', async () => {
      const runner = bench.stack.processes.find(({ kind }) => kind === 'runner')!;
      const id = await atStep('/plain', NEVER);
      runner.signal('SIGKILL');
      await says(id, { code: 'runner_lost', leadsTo: 'fail' });
      const queued = await start([{ action: 'goto', url: '/plain' }]);
      await eventually(async () => expect((await bench.client.read(id)).status).toBe('fail'));
      await eventually(async () => expect(await waitingOf(queued)).toMatchObject({ code: 'no_runner' }));
      await end(queued);
      await bench.stack.start('runner'); // clears what the killed one has left
    });
  });
});
