import type { Handlers } from '../call.ts';
import type { GatewayConfig } from '../deps.ts';
import { RequestError } from '../errors.ts';

type About = Pick<Handlers, 'ping' | 'version' | 'health' | 'plan' | 'llmSettings'>;

/** Nobody is asked for the latest version: nothing calls home. */
export function createAbout({ version, env }: Pick<GatewayConfig, 'version' | 'env'>): About {
  const notBuilt = async (): Promise<never> => {
    throw new RequestError('not_implemented');
  };
  return {
    ping: async () => ({ status: 200, body: { ok: true, service: 'ghostly', env, assistConfigured: false } }),
    version: async () => ({
      status: 200,
      body: { current: version, latest: version, updateAvailable: false },
    }),
    health: async () => ({ status: 200, body: { status: 'ok' } }),
    plan: notBuilt,
    llmSettings: notBuilt,
  };
}
