import type { ComponentChildren, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { AskedField } from '#shared/domain/events/asked-field.ts';
import { formatAge } from '#shared/domain/words/duration.ts';
import { useNow } from '../../kit/clock.ts';
import { withoutDirections } from '../../kit/plain-text.ts';
import { FormProblem } from '../../kit/problem.tsx';
import { useSending } from '../../session/sending.ts';
import { AnswerField, type AnswerValue } from './answer-field.tsx';
import { answerWords } from './words.ts';

type FilledIn = Record<string, AnswerValue>;

interface FormProps {
  fields: readonly AskedField[];
  /** When the time to answer is over, ISO 8601. */
  until: string;
  isOff?: boolean;
  /** Resolves when the answer is taken. */
  onAnswer(values: FilledIn): Promise<void>;
  problemOf(error: unknown): string;
  /** What else can be done, beside the button that answers. */
  children?: ComponentChildren;
}

/** The form in which a person answers a question. */
export function AnswerForm({ fields, until, isOff = false, onAnswer, problemOf, children }: FormProps) {
  const words = answerWords.value;
  const [values, setValues] = useState<FilledIn>({});
  const { busy, problem, send } = useSending(problemOf);

  function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    void send(() => onAnswer(values));
  }
  const change = (name: string, value: AnswerValue | undefined) => {
    const { [name]: _, ...others } = values;
    setValues(value === undefined ? others : { ...others, [name]: value });
  };
  return (
    <form onSubmit={submit}>
      {fields.map((field) => (
        <AnswerField
          key={field.name}
          field={field}
          value={values[field.name]}
          onChange={(value) => change(field.name, value)}
        />
      ))}
      <FormProblem text={problem} />
      <div class="answer-actions">
        <button type="submit" class="button primary" disabled={busy || isOff}>
          {busy ? words.sending : fields.length > 0 ? words.send : words.confirm}
        </button>
        {children}
        <TimeLeft until={Date.parse(until)} />
      </div>
    </form>
  );
}

export const AskedText = ({ text }: { text: string }) => (
  <p class="answer-question">
    <bdi>{withoutDirections(text)}</bdi>
  </p>
);

export function TimeLeft({ until }: { until: number }) {
  const words = answerWords.value;
  const left = until - useNow(1_000);
  return <span class="soft">{left > 0 ? words.left(formatAge(left)) : words.over}</span>;
}
