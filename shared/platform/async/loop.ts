import { spreadMs } from '#shared/platform/async/backoff.ts';
import { createSerialTask } from '#shared/platform/async/serial-task.ts';

export interface Loop extends AsyncDisposable {
  /** Starts the next turn at once, or right after the current one. */
  wake(): void;
}

/** Runs `work` repeatedly, `ms` after it last ended, or about that after a failure, never concurrently. Closing waits for the current turn. */
export function startLoop(ms: number, work: () => Promise<void>, onError: (error: unknown) => void): Loop {
  const task = createSerialTask(
    async () => {
      await work();
      return ms;
    },
    (error) => {
      onError(error);
      return spreadMs(ms);
    },
  );
  void task.run();
  return { wake: () => void task.run(), [Symbol.asyncDispose]: () => task.close() };
}
