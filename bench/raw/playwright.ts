import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Order } from './child.ts';
import type { Evidence } from './evidence.ts';

export interface RawPlaywright extends AsyncDisposable {
  pid: number;
  /** Context, flow and close, ms. */
  flow(): Promise<number>;
  /** A context with a page, ms. */
  open(): Promise<number>;
  /** Abort of a flow that waits until its context is gone, ms. */
  cancel(): Promise<number>;
  /** All of them, ms. */
  many(flows: number, atOnce: number): Promise<number>;
  /** Context, flow with its evidence and close, ms. */
  evidence(evidence: Evidence): Promise<number>;
}

/** Raw Playwright in a process of its own, against the page at `url`; `env` besides this process' own. */
export async function startRawPlaywright(url: string, env: NodeJS.ProcessEnv = {}): Promise<RawPlaywright> {
  const child = fork(`${import.meta.dirname}/child.ts`, { env: { ...process.env, ...env } });
  const exited = once(child, 'exit');
  await once(child, 'message');
  const ask = async (work: Order['work'], more: Partial<Order> = {}): Promise<number> => {
    const answered = once(child, 'message');
    child.send({ work, url, flows: 1, atOnce: 1, evidence: 'none', ...more } satisfies Order);
    const [ms] = await answered;
    return ms as number;
  };
  return {
    pid: child.pid as number,
    flow: () => ask('flow'),
    open: () => ask('open'),
    cancel: () => ask('cancel'),
    many: (flows, atOnce) => ask('many', { flows, atOnce }),
    evidence: (evidence) => ask('evidence', { evidence }),
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await exited;
    },
  };
}
