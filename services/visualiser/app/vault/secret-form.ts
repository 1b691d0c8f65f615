/* What is typed into the form of a secret, as it is posted. Pure but for the form that it reads. */
import type { SecretKind } from '#shared/domain/flow/vault.ts';
import { readCode } from './code/otpauth.ts';

type SecretValues =
  | { kind: 'text'; value: string }
  | { kind: 'login'; username: string; password: string }
  | { kind: 'totp'; uri: string };

export type PostedSecret = SecretValues & { origins: string[]; note: string };

/** The fields themselves are read: their texts are as they were typed. */
export function bodyOf(form: HTMLFormElement, kind: SecretKind): PostedSecret {
  const given = (name: string) =>
    (form.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement | null)?.value ?? '';
  const shared = { origins: originsIn(given('origins')), note: given('note').trim() };
  switch (kind) {
    case 'text':
      return { kind, value: given('value'), ...shared };
    case 'login':
      return { kind, username: given('username'), password: given('password'), ...shared };
    case 'totp': {
      const read = readCode(given('uri'));
      return { kind, uri: 'uri' in read ? read.uri : given('uri').trim(), ...shared };
    }
  }
}

/** One per line. Of an address that has more than an origin only that is meant. */
function originsIn(text: string): string[] {
  const lines = text.split(/\s+/).filter(Boolean);
  return [...new Set(lines.map(originOf))];
}

function originOf(line: string): string {
  const url = URL.parse(line);
  return url !== null && /^https?:$/.test(url.protocol) ? url.origin : line;
}

/** How a fill step names what a secret has. */
export function templatesOf(name: string, kind: SecretKind): string[] {
  if (kind === 'totp') return [`\${totp.${name}}`];
  return kind === 'login'
    ? [`\${secrets.${name}.username}`, `\${secrets.${name}.password}`]
    : [`\${secrets.${name}}`];
}
