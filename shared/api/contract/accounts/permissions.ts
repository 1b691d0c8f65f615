import type { KeyScope } from '#shared/api/contract/accounts/roles.ts';

/** The permission that an endpoint requires, and the API key scope that grants it. */
export const SCOPE_OF = {
  'runs:read': 'runs:read',
  'runs:write': 'runs:write',
  'runs:cancel': 'runs:cancel',
  'flows:write': 'runs:write',
  'projects:write': 'runs:write',
  'keys:write': 'runs:write',
  'webhooks:read': 'webhooks:read',
  'webhooks:write': 'webhooks:write',
  'secrets:use': 'secrets:use',
  'secrets:write': 'secrets:write',
  'users:write': 'admin',
} as const satisfies Record<string, KeyScope>;

export type Permission = keyof typeof SCOPE_OF;

/** `public`: no credentials. `account`: any valid ones, whatever their scopes. */
export type Access = 'public' | 'account' | Permission;
