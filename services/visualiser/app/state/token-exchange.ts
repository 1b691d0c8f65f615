/*
 * A session goes on when its token is exchanged for a fresh one. Owns which token took the place of which: a request
 * that was under way with the old one is made again with the new one, instead of ending the session.
 */
import { noticingFetch } from './connection.ts';

/** By the old token: the new one, once there is one; undefined if there is none after all. */
const successors = new Map<string, Promise<string | undefined>>();

/** `change` resolves to the token that takes the place of `token`, from when the old one is refused. */
export async function exchangeToken(token: string, change: () => Promise<string>): Promise<string> {
  const changing = change();
  const successor = changing.catch(() => undefined);
  successors.set(token, successor);
  const fresh = await successor;
  if (fresh === undefined) successors.delete(token);
  return changing;
}

/** Signed out. */
export const forgetTokens = (): void => successors.clear();

/** A fetch for requests that carry `token`. */
export const fetchWith =
  (token: string): typeof fetch =>
  async (input, init) => {
    const response = await noticingFetch(input, init);
    if (response.status !== 401) return response;
    const fresh = await newestOf(token);
    if (fresh === token) return response;
    const headers = new Headers(init?.headers);
    headers.set('Authorization', `Bearer ${fresh}`);
    return noticingFetch(input, { ...init, headers });
  };

async function newestOf(token: string): Promise<string> {
  const next = await successors.get(token);
  return next === undefined ? token : newestOf(next);
}
