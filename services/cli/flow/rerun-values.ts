import { ApiError } from '#shared/api/client/index.ts';
import { secretsAskedFor } from '#shared/api/contract/runs/asked-secrets.ts';
import { UsageError } from '../command.ts';
import { plainText } from '../view/plain-text.ts';
import { FlowError } from './flow-file.ts';

type Values = Record<string, string>;

/** Parses `place=text`, a value of a step. @throws UsageError */
export function placedValueOf(text: string): [place: string, value: string] {
  const [, place, value = ''] = /^([a-zA-Z][\w.-]*)=(.*)$/s.exec(text) ?? [];
  if (place === undefined) throw new UsageError(`--value needs PLACE=TEXT, not "${text}"`);
  return [place, value];
}

/**
 * Reruns a run with `given` values. If secrets of another user's flow are missing, prompts for them. @throws FlowError
 * that lists them, without a terminal or an answer
 */
export async function withAskedSecrets<Started>(
  given: Values,
  rerun: (values: Values) => Promise<Started>,
  ask: ((question: string) => Promise<string | undefined>) | undefined,
): Promise<Started> {
  try {
    return await rerun(given);
  } catch (error) {
    const places = error instanceof ApiError ? secretsAskedFor(error.body) : [];
    if (places.length === 0) throw error;
    const asked: Values = {};
    for (const place of places) {
      const answer = await ask?.(`${plainText(place)} is a secret of another user; enter yours`);
      if (answer === undefined) throw missing(places);
      asked[place] = answer;
    }
    return await rerun({ ...given, ...asked });
  }
}

const missing = (places: string[]) =>
  new FlowError(
    'this flow contains secrets of another user',
    places.map((path) => ({ path, message: `set your own with --value ${path}=TEXT` })),
  );
