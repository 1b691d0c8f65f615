import { type Client, GatewayError } from '#shared/api/client/index.ts';
import type { KeyScope } from '#shared/api/contract/accounts/roles.ts';

/** Whose the caller's API key is and what it may do, as the gateway tells. */
export interface KeyAccess {
  /**
   * Asks the gateway, until it has answered once. Resolves with the id of the key's user. @throws ApiError, e.g. of a key
   * that is not valid; GatewayError
   */
  ask(signal: AbortSignal): Promise<string>;
  /** True while the gateway has not answered: then its answers to the calls decide. */
  may(scope: KeyScope): boolean;
}

/** A caller waits for its tools meanwhile. */
const ANSWER_WITHIN_MS = 3_000;

export function createAccess(client: Client): KeyAccess {
  let caller: { userId: string; scopes: readonly KeyScope[] | undefined } | undefined;
  return {
    async ask(signal) {
      if (caller === undefined) {
        const { user, key } = await client.call('me', {}, { signal, withinMs: ANSWER_WITHIN_MS });
        caller = { userId: user.id, scopes: key?.scopes };
      }
      return caller.userId;
    },
    may(scope) {
      const scopes = caller?.scopes;
      return scopes === undefined || scopes.includes(scope) || scopes.includes('admin');
    },
  };
}

/** Whether the gateway may answer later; any other error stays. */
export const isGatewayOutOfReach = (error: unknown): boolean =>
  error instanceof GatewayError && error.code === 'unreachable';
