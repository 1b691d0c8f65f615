import type { Endpoint } from '#shared/contract/endpoint.ts';
import { SCOPE_OF } from '#shared/contract/permissions.ts';
import type { Operation } from './types.ts';

export const SECURITY_SCHEMES = {
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
    description: 'A key that starts with `gly_`. It may do what its scopes say, and no more than its user.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token of `POST /v1/auth/login`, with all scopes of its user. If a key comes too, the token decides.',
  },
  queryToken: {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description: 'The same token, where headers cannot be set: by `EventSource` and `<img>`.',
  },
};

/** The scope that an API key needs; undefined where any valid key will do, or none is needed. */
export const scopeOf = ({ access }: Pick<Endpoint, 'access'>): string | undefined =>
  access === 'public' || access === 'account' ? undefined : SCOPE_OF[access];

/** Alternatives: one of them is enough. Tokens have no scopes of their own. */
export function securityOf(endpoint: Endpoint): Operation['security'] {
  if (endpoint.access === 'public') return [];
  const scope = scopeOf(endpoint);
  return [
    { apiKey: scope === undefined ? [] : [scope] },
    { bearer: [] },
    ...(endpoint.queryToken ? [{ queryToken: [] }] : []),
  ];
}
