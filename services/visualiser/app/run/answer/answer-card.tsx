import { useEffect, useState } from 'preact/hooks';
import { ApiError, type RunDetail } from '#shared/api/client/index.ts';
import type { StepQuestion } from '#shared/domain/story/history.ts';
import { asItWas } from '../../kit/as-it-was.tsx';
import { callForAttention } from '../../kit/title.ts';
import { problemText } from '../../session/problem-text.ts';
import { projectOf, projectsRead } from '../../session/projects.ts';
import { client } from '../../session/session.ts';
import { clockText } from '../../text/moment.ts';
import { AnswerForm, AskedText, TimeLeft } from './answer-form.tsx';
import { isViewer } from './is-viewer.ts';
import { LinkButton } from './link-button.tsx';
import { answerWords } from './words.ts';

interface AnswerCardProps {
  run: Pick<RunDetail, 'id' | 'project'>;
  /** Index of the step that asks. */
  step: number;
  question: StepQuestion;
}

/** What a run asks a person, and the form in which it is answered, for those who may. */
export function AnswerCard({ run, step, question }: AnswerCardProps) {
  const words = answerWords.value;
  const [isSent, setSent] = useState(false);
  const { text, fields, until } = question;
  const mayAnswer = !isViewer(run.project);
  useEffect(() => (isSent ? undefined : callForAttention(words.call)), [isSent, words]);
  return (
    <section class="card answer" aria-labelledby="answer-title" data-answer={step}>
      <h2 id="answer-title">{mayAnswer ? words.title : words.titleOther}</h2>
      <AskedText text={text} />
      {isSent ? (
        <p role="status">{words.sent}</p>
      ) : !mayAnswer ? (
        <div class="answer-actions">
          <p class="soft">{words.whoMay}</p>
          <TimeLeft until={Date.parse(until)} />
        </div>
      ) : (
        <AnswerForm
          fields={fields}
          until={until}
          isOff={asItWas() !== undefined}
          problemOf={problemOf}
          onAnswer={async (values) => {
            await client.peek().call('answerRun', { params: { id: run.id }, body: { step, values } });
            setSent(true);
          }}
        >
          {allowsLinks(run.project) && <LinkButton runId={run.id} />}
        </AnswerForm>
      )}
    </section>
  );
}

const allowsLinks = (project: string): boolean =>
  projectsRead.value && projectOf(project)?.answerLinks !== false;

/** Who was faster, if that is why. */
function problemOf(error: unknown): string {
  const answered = error instanceof ApiError ? error.body.answered : undefined;
  if (!answered) return problemText(error);
  const { answeredBy, someUser, someLink } = answerWords.value;
  const who = answered.byLink ? someLink : (answered.user?.email ?? someUser);
  return answeredBy(who, clockText(answered.at));
}
