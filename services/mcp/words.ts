import { randomUUID } from 'node:crypto';
import { ApiError } from '#shared/api/client/index.ts';
import type { KeyScope } from '#shared/api/contract/accounts/roles.ts';
import type { ErrorCode } from '#shared/api/contract/errors/errors.ts';
import { visible } from '#shared/domain/words/visible.ts';
import { InputError, placeOf } from './read-input.ts';

/** What an agent can do about an error of the API, besides its text. */
const ADVICE: Partial<Record<ErrorCode, string>> = {
  unauthorized: 'The API key is missing, wrong, revoked or expired. Ask the user for another one.',
  invalid_api_key: 'The API key is wrong, revoked or expired. Ask the user for another one.',
  forbidden: 'The API key lacks the scope for this, or its user the role in the project of the run.',
  not_found:
    'There is no such thing, or this API key may not see it. list_runs shows the runs that it may see.',
  not_cancelled: 'There is no receipt: nobody has asked for a cancel of this run. get_run tells how it is.',
  run_not_found:
    'There is no such run, or this API key may not see it. list_runs shows those that it may see.',
  run_final: 'The run has ended already; get_run tells how.',
  invalid_project: 'The project does not exist, or this API key may not start runs in it.',
  idempotency_mismatch: 'Use another idempotencyKey for another flow.',
  too_many_runs: 'Too many runs wait already. Wait for some to end, or cancel some.',
  too_many_streams: 'Too many runs are being watched already. Wait for some calls to end.',
  too_many_requests: 'Too many requests of this user wait already. Wait for some to be answered.',
  database_unavailable: 'Nothing was accepted. Call again later.',
  internal: 'Call again later; if it stays, tell the user the request id.',
};

/** An error for the caller, in one or more lines. Arguments are not repeated: they may hold secrets (I10). */
export function inWords(error: unknown): string {
  if (error instanceof InputError)
    return ['The arguments are not valid; nothing was done:', ...error.lines.map(asItem)].join('\n');
  if (error instanceof ApiError) return `Error: ${explain(error)}`;
  return `Error: ${error instanceof Error ? error.message : String(error)}`;
}

/** An error of the API with all that it names, and what can be done about it. */
export function explain({ message, code, body, retryAfterS }: ApiError): string {
  const issues = body.details?.issues ?? [];
  const advice = code === 'unknown' ? undefined : ADVICE[code];
  return [
    message,
    ...issues.map(({ path, message: text }) => asItem(`${placeOf(path.split('.'))}: ${text}`)),
    ...(advice === undefined ? [] : [advice]),
    ...(retryAfterS === undefined ? [] : [`Call again in ${retryAfterS} s.`]),
  ].join('\n');
}

const asItem = (text: string) => `- ${text}`;

export const STOPPING = 'This MCP server is stopping.';

export const lacksScope = (tool: string, scope: KeyScope): string =>
  `This API key may not use ${tool}: it lacks the scope ${scope}. The user can make a key that has it.`;

/** A text of one line that comes from elsewhere: as JSON, so that it cannot pass for ours. */
export const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    BREAKS_LINE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** What JSON leaves as it is and some readers take for the end of a line, or for another order of its text. */
const BREAKS_LINE = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** A longer text that comes from a page, between marks that the page cannot know. */
export function fromPage(text: string): string {
  const mark = randomUUID().slice(0, 8);
  return `<page-text ${mark}>\n${text}\n</page-text ${mark}>`;
}

/** `text` in one line of at most `longest` UTF-16 units. */
export function shortLine(text: string, longest: number): string {
  const flat = visible(text.replace(/\s+/g, ' '));
  return flat.length > longest ? `${flat.slice(0, longest - 1).toWellFormed()}…` : flat;
}

/** `text`, cut after `longest` UTF-16 units with a word about it. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return visible(text);
  return `${visible(text.slice(0, longest).toWellFormed())}\n… (cut: it has ${text.length} characters)`;
}
