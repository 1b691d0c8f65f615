import { expect } from 'vitest';
import { eventually, scaledMs } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { useStack } from '../../support/stack/use-stack.ts';

interface Waiting {
  code?: string;
  for: string;
  [fact: string]: unknown;
}
type Start = Parameters<Client['start']>[0];
type Step = Start['steps'][number];

/** A step that ends only by a cancel, or after two minutes. */
export const NEVER: Step = { action: 'waitForSelector', selector: '#nope', timeoutMs: 120_000 };
export const LEASE_MS = scaledMs(10_000);

/** For the top of a suite of what runs wait for: they share one stack, with two slots. */
export function useWaiting() {
  const bench = useStack({
    env: {
      RUNNER_SLOTS: '2',
      GHOSTLY_LEASE_MS: String(LEASE_MS),
      GHOSTLY_CANCEL_GRACE_MS: String(scaledMs(2_500)),
    },
  });
  const waitingOf = async (id: string, client = bench.client): Promise<Waiting | undefined> =>
    (await client.request<{ waitingFor?: Waiting }>('GET', `/v1/runs/${id}?hints=1`)).body.waitingFor;
  const start = (steps: Step[], more: object = {}) =>
    bench.client.start({ baseUrl: bench.site.url, steps, ...more });

  return {
    bench,
    waitingOf,
    /** Waits until the run says that it waits for this. */
    says: (id: string, facts: object, client?: Client, timeoutMs?: number) =>
      eventually(async () => expect(await waitingOf(id, client)).toMatchObject(facts), {
        ...(timeoutMs !== undefined && { timeoutMs }),
      }),
    start,
    async end(...ids: string[]) {
      for (const id of ids) {
        await bench.client.cancel(id);
        await (await bench.client.watch(id)).ended();
        expect(await bench.client.read(id)).toMatchObject({ status: 'fail' });
      }
    },
    /** Started, and at its second step. */
    async atStep(url: string, step: Step, more: object = {}) {
      const id = await start([{ action: 'goto', url }, step], more);
      await eventually(async () => expect(await waitingOf(id)).toMatchObject({ step: 1 }));
      return id;
    },
  };
}
