/* What a person changes about the own account. */
import { client, forgetSession, renewSession } from '../session/session.ts';

/** Ends all other sign-ins; this one goes on. @throws ApiError, GatewayError */
export const changeOwnPassword = (currentPassword: string, newPassword: string): Promise<void> =>
  renewSession((own) => own.call('changePassword', { body: { currentPassword, newPassword } }));

/** Ends all sign-ins, this one included. @throws ApiError, GatewayError */
export async function signOutEverywhere(): Promise<void> {
  await client.peek().call('endTokens', {});
  forgetSession();
}
