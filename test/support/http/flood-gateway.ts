/** One user's flood of requests, from a process of its own, so that it takes nothing of the loop of who measures beside it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterFile } from '../file-hooks.ts';
import type { FloodOptions, FloodStatuses } from './flooding-client.ts';

export interface GatewayFlood {
  /** Resolves once each of its requests that come at once has been answered for the first time. */
  begin(): Promise<void>;
  /** How many requests got which status; resolves when none is under way. */
  end(): Promise<FloodStatuses>;
}

export function floodGateway(options: FloodOptions): GatewayFlood {
  const script = `${import.meta.dirname}/flooding-client.ts`;
  const child = fork(script, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  afterFile(() => stop(child));
  const ask = async (message: string): Promise<unknown> => {
    const answer = once(child, 'message');
    child.send(message);
    const [answered] = await Promise.race([answer, once(child, 'exit').then(() => [undefined])]);
    if (answered === undefined) throw new Error('the flooding process has ended');
    return answered;
  };
  return {
    begin: async () => void (await ask('flood')),
    end: async () => (await ask('rest')) as FloodStatuses,
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
