/* A stack, a site that one signs in to, and a run that has done so. */
import { afterAll, beforeAll, expect } from 'vitest';
import type { FlowStep } from '../../support/http/client.ts';
import { type AccountSite, startAccountSite } from '../../support/sites/account-site.ts';
import { type StackBench, useStack } from '../../support/stack/use-stack.ts';

export interface ForkBench extends StackBench {
  account: AccountSite;
}

/** The page never comes to that. */
export const STAYS: FlowStep = { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 };

export interface Forked {
  id: string;
  forkedFrom: { runId: string; step: number };
  notCarried?: { what: string; why: string }[];
}

export function useForks(env: NodeJS.ProcessEnv = {}): ForkBench {
  const stack = useStack({ env });
  const own = {} as ForkBench;
  beforeAll(async () => {
    own.account = await startAccountSite();
  });
  afterAll(() => own.account?.[Symbol.asyncDispose]());
  return new Proxy(own, { get: (target, name) => Reflect.get(name in target ? target : stack, name) });
}

export const begin = (bench: ForkBench, steps: FlowStep[], more: object = {}) =>
  bench.client.start({ baseUrl: bench.account.url, checkpoints: true, ...more, steps });

export const fork = (bench: ForkBench, id: string, body: object, headers: Record<string, string> = {}) =>
  bench.client.request<Forked>('POST', `/v1/runs/${id}/fork`, { body, headers });

/** The run that is begun so. */
export async function forked(bench: ForkBench, id: string, body: object): Promise<string> {
  const answer = await fork(bench, id, body);
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 202 });
  return answer.body.id;
}

export async function endOf(bench: ForkBench, id: string) {
  await (await bench.client.watch(id)).ended();
  return bench.client.read(id);
}
