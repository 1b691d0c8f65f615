import type { GatewayContext } from './call.ts';

/** Runs `work` once the answer is out, or its client gone: it delays no answer, and fails none. */
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
