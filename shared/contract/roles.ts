import type { KeyScope, UserRole } from '#shared/database/entities/accounts.ts';

/** The same words as the database's; only their types come from there, so that clients do not load it. */
export const USER_ROLES = ['admin', 'member'] as const satisfies readonly UserRole[];
export const KEY_SCOPES = [
  'runs:read',
  'runs:write',
  'runs:cancel',
  'admin',
] as const satisfies readonly KeyScope[];

/** What a new key may do if nothing else is asked for. */
export const DEFAULT_SCOPES = [
  'runs:read',
  'runs:write',
  'runs:cancel',
] as const satisfies readonly KeyScope[];
