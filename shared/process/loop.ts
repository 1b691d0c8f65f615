import { createSerialTask } from '#shared/async/serial-task.ts';

export interface Loop extends AsyncDisposable {
  /** The next turn comes at once, or right after the one under way. */
  wake(): void;
}

/** Runs `work` again and again, `ms` after it last ended, never twice at once. Closing waits for the one under way. */
export function startLoop(ms: number, work: () => Promise<void>, onError: (error: unknown) => void): Loop {
  const task = createSerialTask(
    async () => {
      await work();
      return ms;
    },
    (error) => {
      onError(error);
      return ms;
    },
  );
  void task.run();
  return { wake: () => void task.run(), [Symbol.asyncDispose]: () => task.close() };
}
