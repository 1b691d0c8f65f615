/* What a person changes about the own account. */
import { noticingFetch } from './connection.ts';
import { createPageClient } from './page-client.ts';
import { language } from './preferences.ts';
import { client, renewSession, session, signOut } from './session.ts';
import { exchangeToken } from './token-exchange.ts';

/** Ends all other sign-ins; this one goes on. @throws ApiError, GatewayError */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  const current = session.peek();
  if (current === undefined) return;
  const fresh = await exchangeToken(current.token, async () => {
    // Not a client that would wait for the exchange which this is.
    const own = createPageClient({
      url: location.origin,
      token: current.token,
      language: language.peek(),
      fetch: noticingFetch,
    });
    const { token } = await own.call('changePassword', { body: { currentPassword, newPassword } });
    return token ?? current.token;
  });
  // A user who signed out meanwhile stays signed out.
  if (session.peek()?.token === current.token) renewSession(fresh);
}

/** Ends all sign-ins, this one included. @throws ApiError, GatewayError */
export async function signOutEverywhere(): Promise<void> {
  await client.peek().call('endTokens', {});
  signOut();
}
