/*
 * What a run asks, put to the user of an agent whose client has forms for that (elicitation). Owns the question under way.
 * Passwords are never asked for so: what is typed there passes through the agent.
 */
import type { ElicitRequestFormParams, PrimitiveSchemaDefinition } from '@modelcontextprotocol/sdk/types.js';
import type { AskedField } from '#shared/domain/events/asked-field.ts';
import type { CallContext } from '../tool.ts';

/** What is asked, in which step, from 0. */
interface Question {
  step: number;
  text: string;
  fields: readonly AskedField[];
}

export interface AskedUser {
  /** Raised if the user gives no answer, or it could not be brought to the run: the call is to say so. */
  readonly unanswered: AbortSignal;
  /** The run goes on, or the call ends: the form is taken back. */
  close(): void;
}

/** Whether the user can be asked this here. */
export const canAskUser = ({ fields }: Question, { elicit, may }: CallContext): boolean =>
  elicit !== undefined && may('runs:write') && fields.every(({ type }) => type !== 'password');

/** Asks the user, and answers the run with what they say. */
export function askUser(id: string, question: Question, { client, elicit, signal }: CallContext): AskedUser {
  const unanswered = new AbortController();
  const closed = new AbortController();
  const until = AbortSignal.any([signal, closed.signal]);
  const answer = async () => {
    const values = await elicit?.(formOf(question), until);
    if (!values) return unanswered.abort();
    const body = { step: question.step, values };
    await client.call('answerRun', { params: { id }, body }, { signal: until });
  };
  answer().catch(() => {
    // Another user was faster, and the run goes on: then the form was only taken back.
    if (!closed.signal.aborted) unanswered.abort();
  });
  return { unanswered: unanswered.signal, close: () => closed.abort() };
}

const formOf = ({ text, fields }: Question): ElicitRequestFormParams => ({
  mode: 'form',
  message: text,
  requestedSchema: {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, schemaOf(field)])),
    required: fields.filter(({ optional }) => !optional).map(({ name }) => name),
  },
});

function schemaOf({ name, label: title = name, type, options }: AskedField): PrimitiveSchemaDefinition {
  if (type === 'yesno') return { type: 'boolean', title };
  return options ? { type: 'string', title, enum: options } : { type: 'string', title };
}
