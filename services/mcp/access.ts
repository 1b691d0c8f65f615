import { type Client, GatewayError } from '#shared/client/index.ts';
import type { KeyScope } from '#shared/contract/roles.ts';

/** What the caller's API key may do, as the gateway tells. */
export interface Access {
  /** Asks the gateway, until it has answered once. @throws ApiError, e.g. of a key that is not valid; GatewayError */
  ask(signal: AbortSignal): Promise<void>;
  /** True while the gateway has not answered: then its answers to the calls decide. */
  may(scope: KeyScope): boolean;
}

/** A caller waits for its tools meanwhile. */
const ANSWER_WITHIN_MS = 3_000;

export function createAccess(client: Client): Access {
  let scopes: readonly KeyScope[] | undefined;
  return {
    async ask(signal) {
      if (scopes !== undefined) return;
      const { key } = await client.call('me', {}, { signal, withinMs: ANSWER_WITHIN_MS });
      scopes = key?.scopes;
    },
    may: (scope) => scopes === undefined || scopes.includes(scope) || scopes.includes('admin'),
  };
}

/** Whether the gateway may answer later; any other error stays. */
export const isOutOfReach = (error: unknown): boolean =>
  error instanceof GatewayError && error.code === 'unreachable';
