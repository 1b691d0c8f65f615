import { useEffect, useState } from 'preact/hooks';
import { ApiError, type RunDetail } from '#shared/api/client/index.ts';
import type { PauseSpan } from '#shared/domain/story/history.ts';
import { asItWas } from '../../kit/as-it-was.tsx';
import { onDemand } from '../../kit/on-demand.tsx';
import { FormProblem } from '../../kit/problem.tsx';
import { callForAttention } from '../../kit/title.ts';
import { problemText } from '../../session/problem-text.ts';
import { useSending } from '../../session/sending.ts';
import { client } from '../../session/session.ts';
import { clockText } from '../../text/moment.ts';
import { isViewer } from '../answer/is-viewer.ts';
import { pauseWords } from './words.ts';

const ResumeDialog = onDemand(async () => (await import('./resume-dialog.tsx')).ResumeDialog);

interface PauseCardProps {
  run: Pick<RunDetail, 'id' | 'project' | 'stepCount'>;
  pause: PauseSpan;
}

/** The ways in which a person lets a paused run go on; why it is paused stands above. */
export function PauseCard({ run, pause }: PauseCardProps) {
  const words = pauseWords.value;
  const [isSent, setSent] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const { busy, problem, send } = useSending(problemOf);
  const { why, stepIndex } = pause;
  const { id, project, stepCount } = run;
  const isOff = busy || asItWas() !== undefined;
  useEffect(() => (isSent ? undefined : callForAttention(words.call)), [isSent, words]);
  const isOver = stepCount !== undefined && stepIndex >= stepCount;

  const goOn = (endpoint: 'resumeRun' | 'skipStep' | 'retryStep') => () =>
    void send(async () => {
      await client.peek().call(endpoint, { params: { id }, body: {} });
      setSent(true);
    });
  return (
    <section class="card answer" aria-labelledby="pause-title" data-pause={stepIndex}>
      <h2 id="pause-title">{why === 'failure' ? words.failed(stepIndex + 1) : words.title}</h2>
      {isSent ? (
        <p role="status">{words.sent}</p>
      ) : isViewer(project) ? (
        <p class="soft">{words.whoMay}</p>
      ) : (
        <>
          <FormProblem text={problem} />
          <div class="answer-actions">
            <button type="button" class="button primary" disabled={isOff} onClick={goOn('resumeRun')}>
              {why === 'failure'
                ? words.again(stepIndex + 1)
                : isOver
                  ? words.toEnd
                  : words.goOnWith(stepIndex + 1)}
            </button>
            {!isOver && (
              <button type="button" class="button" disabled={isOff} onClick={goOn('skipStep')}>
                {words.skip(stepIndex + 1)}
              </button>
            )}
            {why === 'pause' && stepIndex > 0 && (
              <button type="button" class="button" disabled={isOff} onClick={goOn('retryStep')}>
                {words.again(stepIndex)}
              </button>
            )}
            <button type="button" class="button" disabled={isOff} onClick={() => setEditing(true)}>
              {words.edit}
            </button>
          </div>
          {isEditing && (
            <ResumeDialog
              run={run}
              from={stepIndex}
              onSent={() => setSent(true)}
              onClose={() => setEditing(false)}
            />
          )}
        </>
      )}
    </section>
  );
}

/** Who was faster, if that is why. */
function problemOf(error: unknown): string {
  const first = error instanceof ApiError ? error.body.answered : undefined;
  if (!first) return problemText(error);
  const { resumedBy, someUser } = pauseWords.value;
  return resumedBy(first.user?.email ?? someUser, clockText(first.at));
}
