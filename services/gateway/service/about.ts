import type { ErrorCode } from '#shared/contract/errors.ts';
import type { GatewayConfig } from '../deps.ts';
import type { Handlers } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

type About = Pick<Handlers, 'ping' | 'version' | 'update' | 'health' | 'plan' | 'llmSettings'>;

/** The latest version is not looked up: nothing calls home. */
export function createAbout({ version, env }: Pick<GatewayConfig, 'version' | 'env'>): About {
  const refuse = (code: ErrorCode) => async (): Promise<never> => {
    throw new RequestError(code);
  };
  return {
    ping: async () => ({ status: 200, body: { ok: true, service: 'ghostly', env, assistConfigured: false } }),
    version: async () => ({
      status: 200,
      body: { current: version, latest: version, updateAvailable: false },
    }),
    health: async () => ({ status: 200, body: { status: 'ok' } }),
    update: refuse('no_self_update'),
    plan: refuse('not_implemented'),
    llmSettings: refuse('not_implemented'),
  };
}
