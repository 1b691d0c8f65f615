/** What a secret of the vault is: one text, a user name with its password, or the seed of one-time codes. */
export const SECRET_KINDS = ['text', 'login', 'totp'] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];
