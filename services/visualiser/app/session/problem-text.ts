import { ApiError } from '#shared/api/client/index.ts';
import { text } from '../text/text.ts';

/** What went wrong with a request, in the user's language; where a field was refused, what is wrong with that. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return text.value.app.lost;
  return error.body.details?.issues[0]?.message ?? error.body.error;
}
