import { useState } from 'preact/hooks';
import { endsSession } from './session.ts';

/** A form that is sent: whether that goes on, and what `tell` says of what went wrong. */
export function useSending(tell: (error: unknown) => string) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');

  async function send(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setProblem('');
    try {
      await work();
    } catch (error) {
      setBusy(false);
      if (!endsSession(error)) setProblem(tell(error));
    }
  }
  return { busy, setBusy, problem, setProblem, send };
}
