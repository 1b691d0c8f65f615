import type { SecretKind } from '#shared/domain/flow/vault.ts';

/** What a secret of the vault has in it, by its kind. */
export type SecretValue =
  | { kind: 'text'; value: string }
  | { kind: 'login'; username: string; password: string }
  | { kind: 'totp'; uri: string };

/** @throws an error without the value */
export function secretValue(kind: SecretKind, opened: unknown): SecretValue {
  const parts = typeof opened === 'object' && opened !== null ? opened : {};
  const part = (name: string): string => {
    const found: unknown = Reflect.get(parts, name);
    if (typeof found !== 'string') throw new Error('it has another form than its kind');
    return found;
  };
  switch (kind) {
    case 'text':
      return { kind, value: part('value') };
    case 'login':
      return { kind, username: part('username'), password: part('password') };
    case 'totp':
      return { kind, uri: part('uri') };
  }
}
