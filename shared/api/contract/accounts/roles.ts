export const USER_ROLES = ['admin', 'member'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** What a member of a project may do, least first: watch runs; start and cancel them; everything. */
export const PROJECT_ROLES = ['viewer', 'operator', 'owner'] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];

export const KEY_SCOPES = [
  'runs:read',
  'runs:write',
  'runs:cancel',
  'webhooks:read',
  'webhooks:write',
  'secrets:use',
  'secrets:write',
  'admin',
] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** The scopes of a new key unless others are requested. */
export const DEFAULT_SCOPES = [
  'runs:read',
  'runs:write',
  'runs:cancel',
] as const satisfies readonly KeyScope[];
