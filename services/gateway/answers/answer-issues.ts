/* What of an answer is wrong, by the fields of its question. Pure. */
import type { AskField } from '#shared/domain/flow/ask-step.ts';
import type { FlowIssue } from '#shared/domain/flow/issues.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';

/** What is answered to each field, by its name. */
export type GivenAnswer = Readonly<Record<string, string | boolean>>;

interface AnswerIssue {
  /** The name of the field. */
  path: [string];
  message: FlowIssue;
}

export function answerIssues(fields: readonly AskField[], values: GivenAnswer): AnswerIssue[] {
  const names = new Set(fields.map(({ name }) => name));
  return [
    ...Object.keys(values).flatMap((name): AnswerIssue[] =>
      names.has(name) ? [] : [{ path: [name], message: 'no_such_field' }],
    ),
    ...fields.flatMap((field): AnswerIssue[] => {
      const message = issueOf(field, Object.hasOwn(values, field.name) ? values[field.name] : undefined);
      return message ? [{ path: [field.name], message }] : [];
    }),
  ];
}

function issueOf(
  { type, options, optional }: AskField,
  value: string | boolean | undefined,
): FlowIssue | undefined {
  if (value === undefined || value === '') return optional ? undefined : 'answer_missing';
  if (type === 'yesno') return typeof value === 'boolean' ? undefined : 'not_yesno';
  if (typeof value !== 'string' || value.length > FLOW_LIMITS.answer) return 'not_answer_text';
  return options && !options.includes(value) ? 'not_option' : undefined;
}
