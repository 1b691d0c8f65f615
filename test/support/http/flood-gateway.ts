/** One user's flood of requests, from a process of its own, so that it takes nothing of the loop of who measures beside it. */
import { fork } from 'node:child_process';
import { followChild } from '#shared/platform/process/child.ts';
import { afterFile } from '../file-hooks.ts';
import type { FloodAnswers, FloodOptions } from './flooding-client.ts';

export interface GatewayFlood {
  /** Resolves once each of its requests that come at once has been answered for the first time. */
  begin(): Promise<void>;
  /** What its requests got; resolves when none is under way. */
  end(): Promise<FloodAnswers>;
}

export function floodGateway(options: FloodOptions): GatewayFlood {
  const script = `${import.meta.dirname}/flooding-client.ts`;
  const child = followChild(
    fork(script, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  afterFile(() => child.stop());
  const ask = (message: string): Promise<unknown> => {
    const answer = child.message((answered: unknown) => answered);
    child.process.send(message);
    return answer;
  };
  return {
    begin: async () => void (await ask('flood')),
    end: async () => (await ask('rest')) as FloodAnswers,
  };
}
