export interface Loop extends AsyncDisposable {
  /** The next turn comes at once, or right after the one under way. */
  wake(): void;
}

/** Runs `work` again and again, `ms` after it last ended, never twice at once. Closing waits for the one under way. */
export function startLoop(ms: number, work: () => Promise<void>, onError: (error: unknown) => void): Loop {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let working = false;
  let again = false;
  let current = Promise.resolve();

  const turn = () => {
    working = true;
    again = false;
    current = work()
      .catch(onError)
      .then(() => {
        working = false;
        if (!closed) timer = setTimeout(turn, again ? 0 : ms);
      });
  };
  turn();
  return {
    wake() {
      if (closed) return;
      if (working) {
        again = true;
        return;
      }
      clearTimeout(timer);
      turn();
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(timer);
      await current;
    },
  };
}
