import type { GatewayContext } from './call.ts';

/** Runs `work` once the answer is sent or the client is gone; it neither delays nor fails the answer. */
export function afterAnswer({ res, state }: GatewayContext, what: string, work: () => unknown): void {
  const run = async () => {
    try {
      await work();
    } catch (error) {
      state.log.warn({ err: error }, what);
    }
  };
  if (res.closed) void run();
  else res.once('close', () => void run());
}
