import { useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import { problemText } from './problem-text.ts';
import { useSending } from './sending.ts';

/** What is wrong with fields of a form, by their names. */
export type FieldIssues = Readonly<Record<string, string>>;

/**
 * A form that is sent: what the gateway refuses is said beside its field, and anything else of the form as a whole.
 * `fields` names them as the paths of what is posted do; `ownIssues` says what an error means that names none.
 */
export function useFieldSending(
  fields: readonly string[],
  ownIssues: (error: ApiError) => FieldIssues | undefined = () => undefined,
) {
  const [issues, setIssues] = useState<FieldIssues>({});
  const { send, ...sending } = useSending((error) => {
    const found = error instanceof ApiError ? (ownIssues(error) ?? fieldIssuesOf(error, fields)) : {};
    setIssues(found);
    return Object.keys(found).length > 0 ? '' : problemText(error);
  });
  return {
    ...sending,
    issues,
    setIssues,
    send: (work: () => Promise<void>) => {
      setIssues({});
      return send(work);
    },
  };
}

/** What it says of these fields, named as the paths of what was posted. */
export function fieldIssuesOf(error: ApiError, fields: readonly string[]): FieldIssues {
  const found = (error.body.details?.issues ?? []).flatMap(({ path, message }) => {
    const field = fields.find((name) => `${path}.`.startsWith(`${name}.`));
    return field === undefined ? [] : [[field, message] as const];
  });
  return Object.fromEntries(found);
}
