/* What the page of a link asks the gateway: with the token alone, and without the cookies of a user who is signed in. */
import { noticingFetch } from '../session/connection.ts';
import { createPageClient } from '../session/page-client.ts';
import { language } from '../session/preferences.ts';

const client = () =>
  createPageClient({
    url: location.origin,
    language: language.peek(),
    fetch: (input, init) => noticingFetch(input, { ...init, credentials: 'omit' }),
  });

/** @throws ApiError, GatewayError */
export const askedBy = (token: string, signal: AbortSignal) =>
  client().call('readLinkedQuestion', { params: { token } }, { signal });

/** @throws ApiError, GatewayError */
export async function answerByLink(
  token: string,
  values: Readonly<Record<string, string | boolean>>,
): Promise<void> {
  await client().call('answerByLink', { params: { token }, body: { values } });
}
