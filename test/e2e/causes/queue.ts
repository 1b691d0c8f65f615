import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { openStream, type SseMessage } from '../../support/http/sse.ts';
import { NEVER, SAID_WITHIN_MS, useCauses } from './bench.ts';

const bench = useCauses();
const { atStep, start, listen, end, endOf, startOnly, read } = bench;

describe('a queued run', () => {
  it('I16: says its place in line, in which runs that a key holds do not stand, and which run is in the slots longest', async () => {
    const key = { concurrencyKey: 'nightly' };
    const holder = await atStep(key);
    const second = await atStep();
    const held = [await start([NEVER], key), await start([NEVER], key)];
    const ofHeld = await listen(held[1]!);
    await ofHeld.until(
      new RegExp(`^Run ${holder.slice(-8)} has its concurrency key nightly\\. This has been so for`),
      SAID_WITHIN_MS,
    );
    for (const sentence of ofHeld.all()) expect(sentence).not.toMatch(/in line|slot|runner is/);
    const next = await start([NEVER]);
    const heard = await listen(next);
    await heard.until(
      new RegExp(
        `^All 2 slots are busy; this run is next in line\\. The oldest run in them, ${holder.slice(-8)}, has been there for`,
      ),
      SAID_WITHIN_MS,
    );
    const third = await start([NEVER]);
    const last = await listen(third);
    await last.until(/^All 2 slots are busy; it is second in line\./, SAID_WITHIN_MS);
    expect((await read(third)).waitingFor).toMatchObject({ code: 'slots', ahead: 1, oldest: holder });
    await end(third, next, ...held, second, holder);
  });

  it('I16: whose labels no runner has says which, until when, and nothing of slots', async () => {
    const id = await start([NEVER], { runnerLabels: ['eu-west', 'gpu'] });
    const heard = await listen(id);
    await heard.until(
      /^No runner that has all of the labels eu-west, gpu is up\. This has been so for \d+ s; if no runner takes it within \S.*, it fails\.$/,
      SAID_WITHIN_MS,
    );
    await end(id);
    for (const sentence of heard.all()) expect(sentence).not.toMatch(/free|busy|in line/);
  });

  it('I16: whose time is over says what it waited for, once', async () => {
    const id = await start([NEVER], { runnerLabels: ['gpu'], queueTimeoutMs: 2_000 });
    const { said } = await endOf(id);
    expect(said).toBe('No runner took it in time. No runner that had all of the labels gpu was up.');
  });

  it.each([
    ['project has, by its name', 'PER_PROJECT', /^\S.* runs 1 of the 1 runs it may\. /],
    ['user has', 'PER_USER', /^Its user has 1 of the 1 runs on runners that a user may have\. /],
  ])('I16: says how many runs of the limit its %s, and nothing of slots', async (_, limit, sentence) => {
    const env = { GHOSTLY_LABELS: 'limited', [`GHOSTLY_MAX_RUNNING_${limit}`]: '1' };
    const [gateway] = await Promise.all([startOnly('gateway', env), startOnly('runner', env)]);
    const client = await bench.stack.clientOf(gateway!);
    const first = await atStep({ runnerLabels: ['limited'] });
    const id = await start([NEVER], { runnerLabels: ['limited'] });
    const waiting = async (of: string) =>
      (await client.request<{ waitingFor?: { for: string } }>('GET', `/v1/runs/${of}?hints=1`)).body;
    const said: string[] = [];
    const isSaid = async () => {
      said.push((await waiting(id)).waitingFor?.for ?? '');
      expect(said.at(-1)).toMatch(sentence);
    };
    await eventually(isSaid, { timeoutMs: SAID_WITHIN_MS });
    for (const one of said) expect(one).not.toMatch(/slot|in line/);
    await end(id, first);
  });
});

it('I7: a stream that asks for hints has them between the same entries as one that does not', async () => {
  const id = await atStep();
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
