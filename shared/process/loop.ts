/** Runs `work` again and again, `ms` after it last ended, never twice at once. Closing waits for the one under way. */
export function startLoop(
  ms: number,
  work: () => Promise<void>,
  onTrouble: (error: unknown) => void,
): AsyncDisposable {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let current = Promise.resolve();

  const turn = () => {
    current = work()
      .catch(onTrouble)
      .then(() => {
        if (!closed) timer = setTimeout(turn, ms);
      });
  };
  turn();
  return {
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(timer);
      await current;
    },
  };
}
