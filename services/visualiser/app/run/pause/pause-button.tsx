import { useSignal } from '@preact/signals';
import type { RunDetail } from '#shared/api/client/index.ts';
import { Icon } from '../../kit/icon.tsx';
import { problemText } from '../../session/problem-text.ts';
import { client, endsSession } from '../../session/session.ts';
import { isViewer } from '../answer/is-viewer.ts';
import { pauseWords } from './words.ts';

interface PauseButtonProps {
  run: Pick<RunDetail, 'id' | 'project'>;
  /** It is asked for, and has not begun. */
  isAsked: boolean;
  isOff: boolean;
}

/** Pauses a run after its step; pressed again, at once. */
export function PauseButton({ run: { id, project }, isAsked, isOff }: PauseButtonProps) {
  const words = pauseWords.value;
  const busy = useSignal(false);
  const problem = useSignal('');

  async function pause(): Promise<void> {
    busy.value = true;
    problem.value = '';
    try {
      const mode = isAsked ? 'now' : 'after_step';
      await client.peek().call('pauseRun', { params: { id }, body: { mode } });
    } catch (error) {
      if (!endsSession(error)) problem.value = problemText(error);
    }
    busy.value = false;
  }
  if (isViewer(project)) return null;
  return (
    <>
      <button
        type="button"
        class="button"
        data-pausing={isAsked ? 'asked' : ''}
        disabled={busy.value || isOff}
        title={isAsked ? words.pauseNowHint : words.pauseHint}
        onClick={() => void pause()}
      >
        <Icon name="pause" />
        {isAsked ? words.pauseNow : words.pause}
      </button>
      {problem.value !== '' && (
        <span class="problem" role="alert">
          {problem.value}
        </span>
      )}
    </>
  );
}
