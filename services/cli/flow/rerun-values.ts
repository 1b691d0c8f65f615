import { ApiError } from '#shared/client/index.ts';
import { secretsAskedFor } from '#shared/contract/asked-secrets.ts';
import { plainText } from '../view/plain-text.ts';
import { FlowError } from './flow-file.ts';

type Values = Record<string, string>;

/**
 * Starts a run again with `given` values. If secrets of another user's flow are missing, prompts for them. @throws
 * FlowError that names them, if there is nobody to ask or no answer
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
      const answer = await ask?.(`Somebody else wrote ${plainText(place)}; yours`);
      if (answer === undefined) throw missing(places);
      asked[place] = answer;
    }
    return await rerun({ ...given, ...asked });
  }
}

const missing = (places: string[]) =>
  new FlowError(
    'somebody else wrote this flow, and its secrets are theirs',
    places.map((path) => ({ path, message: `give your own with --value ${path}=TEXT` })),
  );
