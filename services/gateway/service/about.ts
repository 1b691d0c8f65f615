import type { ErrorCode } from '#shared/api/contract/errors/errors.ts';
import type { GatewayConfig } from '../deps.ts';
import type { Handlers } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { NO_MODELS } from './no-models.ts';

type About = Pick<
  Handlers,
  | 'ping'
  | 'version'
  | 'update'
  | 'health'
  | 'plan'
  | 'readModelProviders'
  | 'readModelSettings'
  | 'changeModelSettings'
  | 'listModels'
  | 'testModel'
>;

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
    ...NO_MODELS,
    changeModelSettings: refuse('not_implemented'),
    listModels: refuse('not_implemented'),
    testModel: refuse('not_implemented'),
  };
}
