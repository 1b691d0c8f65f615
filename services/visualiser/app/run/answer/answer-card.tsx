import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import type { StepQuestion } from '#shared/domain/story/history.ts';
import { formatAge } from '#shared/domain/words/duration.ts';
import { asItWas } from '../../kit/as-it-was.tsx';
import { useNow } from '../../kit/clock.ts';
import { withoutDirections } from '../../kit/plain-text.ts';
import { FormProblem } from '../../kit/problem.tsx';
import { problemText } from '../../session/problem-text.ts';
import { useSending } from '../../session/sending.ts';
import { client } from '../../session/session.ts';
import { clockText } from '../../text/moment.ts';
import { AnswerField, type AnswerValue } from './answer-field.tsx';
import { answerWords } from './words.ts';

interface AnswerCardProps {
  runId: string;
  /** Index of the step that asks. */
  step: number;
  question: StepQuestion;
}

/** What a run asks a person, and the form in which it is answered. */
export function AnswerCard({ runId, step, question }: AnswerCardProps) {
  const words = answerWords.value;
  const [values, setValues] = useState<Readonly<Record<string, AnswerValue>>>({});
  const [isSent, setSent] = useState(false);
  const { busy, problem, send } = useSending(problemOf);
  const { text, fields, until } = question;
  const isOld = asItWas() !== undefined;

  function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    void send(async () => {
      await client.peek().call('answerRun', { params: { id: runId }, body: { step, values } });
      setSent(true);
    });
  }
  return (
    <section class="card answer" aria-labelledby="answer-title" data-answer={step}>
      <h2 id="answer-title">{words.title}</h2>
      <p class="answer-question">
        <bdi>{withoutDirections(text)}</bdi>
      </p>
      {isSent ? (
        <p role="status">{words.sent}</p>
      ) : (
        <form onSubmit={submit}>
          {fields.map((field) => (
            <AnswerField
              key={field.name}
              field={field}
              value={values[field.name]}
              onChange={(value) => setValues({ ...values, [field.name]: value })}
            />
          ))}
          <FormProblem text={problem} />
          <div class="answer-actions">
            <button type="submit" class="button primary" disabled={busy || isOld}>
              {busy ? words.sending : fields.length > 0 ? words.send : words.confirm}
            </button>
            <TimeLeft until={Date.parse(until)} />
          </div>
        </form>
      )}
    </section>
  );
}

function TimeLeft({ until }: { until: number }) {
  const words = answerWords.value;
  const left = until - useNow(1_000);
  return <span class="soft">{left > 0 ? words.left(formatAge(left)) : words.over}</span>;
}

/** Who was faster, if that is why. */
function problemOf(error: unknown): string {
  const answered = error instanceof ApiError ? error.body.answered : undefined;
  if (!answered) return problemText(error);
  const { answeredBy, someUser, someLink } = answerWords.value;
  const who = answered.byLink ? someLink : (answered.user?.email ?? someUser);
  return answeredBy(who, clockText(answered.at));
}
