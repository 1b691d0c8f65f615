import { z } from 'zod';
import type { SecretKind } from '#shared/domain/flow/vault.ts';

const VALUES = {
  text: z.object({ value: z.string() }).transform((value) => ({ kind: 'text' as const, ...value })),
  login: z
    .object({ username: z.string(), password: z.string() })
    .transform((value) => ({ kind: 'login' as const, ...value })),
  totp: z.object({ uri: z.string() }).transform((value) => ({ kind: 'totp' as const, ...value })),
} satisfies Record<SecretKind, z.ZodType>;

/** What a secret of the vault has in it, by its kind. */
export type SecretValue = z.output<(typeof VALUES)[SecretKind]>;

/** @throws an error without the value */
export function secretValue(kind: SecretKind, opened: unknown): SecretValue {
  const { data } = VALUES[kind].safeParse(opened);
  if (data === undefined) throw new Error('it has another form than its kind');
  return data;
}
