import { useEffect, useRef, useState } from 'preact/hooks';
import { type CancelFound, type CancelOptions, findCancel, isAnswerLost } from '#shared/api/client/index.ts';
import { client, endsSession } from '../../session/session.ts';

/** How far a request to stop a run is. */
export type StopStage =
  | { stage: 'idle' | 'sending' | 'accepted' }
  /** The answer was lost, so that it is looked for what the request has done. */
  | { stage: 'looking' | 'unknown' }
  | { stage: 'found'; found: CancelFound }
  | { stage: 'refused'; error: unknown };

/** An answer that takes longer is not waited for. */
const ANSWER_WITHIN_MS = 8_000;

/** Sends a cancel of a run; if its answer is lost, finds out what became of it. */
export function useStopRequest(id: string) {
  const [state, setState] = useState<StopStage>({ stage: 'idle' });
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current.abort(), []);

  async function send(
    options: Pick<CancelOptions, 'reason'> & { mode: 'graceful' | 'force' },
  ): Promise<void> {
    const { signal } = leaving.current;
    setState({ stage: 'sending' });
    try {
      await client.value.cancel(id, { ...options, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      setState({ stage: 'accepted' });
    } catch (error) {
      if (endsSession(error)) return;
      if (!isAnswerLost(error)) return setState({ stage: 'refused', error });
      setState({ stage: 'looking' });
      try {
        setState({
          stage: 'found',
          found: await findCancel(client.value, id, { mode: options.mode, signal }),
        });
      } catch (problem) {
        if (signal.aborted || endsSession(problem)) return;
        setState(isAnswerLost(problem) ? { stage: 'unknown' } : { stage: 'refused', error: problem });
      }
    }
  }
  return { state, send };
}
