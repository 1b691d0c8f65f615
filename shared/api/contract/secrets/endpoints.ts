import { z } from 'zod';
import { doneSchema } from '../accounts/accounts.ts';
import type { Endpoint } from '../endpoint.ts';
import * as secret from './secrets.ts';

/**
 * Owners give and delete secrets, and read who used them; operators use them in their runs. Keys need a scope of their own
 * for each, which no key has by default.
 */
const [USE, WRITE] = [
  { access: 'secrets:use', onProject: true },
  { access: 'secrets:write', onProject: true },
] as const;

/** The vault. */
export const SECRET_ENDPOINTS = {
  listSecrets: {
    summary: 'List the secrets of a project by name, in pages; `Link` has the next page',
    description: 'Never a value: nobody can read one back.',
    method: 'GET',
    path: '/v1/projects/:id/secrets',
    ...USE,
    params: secret.projectParams,
    query: secret.secretsQuery,
    replies: { 200: z.array(secret.secretSchema) },
    errors: ['no_vault'],
    sends: ['Link'],
  },
  putSecret: {
    summary: 'Make a secret, or give one a new value',
    description:
      'The value is sealed at once, for the runners alone: the gateway that takes it cannot read it back.\n\nThe whole secret is given each time, with its value: a caller who could change its `origins` alone could have it typed elsewhere.',
    method: 'PUT',
    path: '/v1/projects/:id/secrets/:name',
    ...WRITE,
    params: secret.secretParams,
    headers: secret.putSecretHeaders,
    body: secret.secretBody,
    replies: { 200: secret.secretSchema },
    errors: ['no_vault', 'too_many_secrets', 'secret_exists'],
  },
  deleteSecret: {
    summary: 'Delete a secret; runs that still name it fail at the step that types it',
    method: 'DELETE',
    path: '/v1/projects/:id/secrets/:name',
    ...WRITE,
    params: secret.secretParams,
    replies: { 200: doneSchema },
  },
  listSecretUses: {
    summary:
      'List when a secret was opened and by which run, newest first, in pages; `Link` has the next page',
    description:
      'As long as its runs are kept. The uses of a secret that was deleted are listed, too, and those of an earlier one with its name.',
    method: 'GET',
    path: '/v1/projects/:id/secrets/:name/uses',
    ...WRITE,
    params: secret.secretParams,
    query: secret.secretUsesQuery,
    replies: { 200: z.array(secret.secretUseSchema) },
    sends: ['Link'],
  },
} as const satisfies Record<string, Endpoint>;
