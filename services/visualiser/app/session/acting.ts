import { go, route } from './location.ts';
import { problemText } from './problem-text.ts';
import { useSending } from './sending.ts';

/** What is done at once, without a dialog: whether that goes on, and what went wrong. `onDone` is called once it went well. */
export function useActing(onDone: () => void) {
  const { send, setBusy, busy, problem } = useSending(problemText);
  const act = (work: () => Promise<unknown>): Promise<void> =>
    send(async () => {
      await work();
      setBusy(false);
      onDone();
    });
  return { busy, problem, act };
}

/** Starts a run and goes to it, unless the user has gone elsewhere meanwhile. */
export async function goToStarted(start: () => Promise<string>): Promise<void> {
  const from = route.peek();
  const id = await start();
  if (route.peek() === from) go({ view: 'run', id });
}
