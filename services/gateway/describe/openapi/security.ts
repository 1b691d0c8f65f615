import { SCOPE_OF } from '#shared/api/contract/accounts/permissions.ts';
import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import { COOKIE } from '../../access/session-cookie.ts';
import type { Operation } from './types.ts';

export const SECURITY_SCHEMES = {
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
    description: 'An API key (`gly_…`). It may do what its scopes allow, and no more than its user may.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token from `POST /v1/auth/login`, with all scopes of its user. It takes precedence over an API key.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: COOKIE,
    description:
      'The session of a browser, from `POST /v1/auth/session`; over TLS its name begins with `__Host-`. It counts only in requests of pages of this gateway without other credentials.',
  },
  queryToken: {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description: 'The same token, for clients that cannot set headers, such as `EventSource` and `<img>`.',
  },
};

/** The scope that an API key needs; undefined if any valid key suffices or none is needed. */
export const scopeOf = ({ access }: Pick<Endpoint, 'access'>): string | undefined =>
  access === 'public' || access === 'account' ? undefined : SCOPE_OF[access];

/** Alternatives, of which one suffices. Tokens and sessions have no scopes of their own. */
export function securityOf(endpoint: Endpoint): Operation['security'] {
  if (endpoint.access === 'public') return [];
  const scope = scopeOf(endpoint);
  return [
    { apiKey: scope === undefined ? [] : [scope] },
    { bearer: [] },
    { session: [] },
    ...(endpoint.queryToken ? [{ queryToken: [] }] : []),
  ];
}
