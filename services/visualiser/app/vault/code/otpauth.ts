/*
 * The key of one-time codes as a site hands it out: an `otpauth://` address, or the bare key. Read here to say what it is
 * before it is stored; the gateway checks it again. Pure.
 */
import type { CodeProblem } from './code-problems.ts';

/** What there is to say of a key without showing it. */
export interface CodeFacts {
  /** Empty if it does not say. */
  issuer: string;
  account: string;
  digits: string;
  period: string;
}

export type ReadCode = { uri: string; facts: CodeFacts } | { problem: CodeProblem };

const URI = /^otpauth:\/\/([^/?#]*)\/?([^?#]*)(?:\?([^#]*))?/i;
/** Base32, in groups as sites print it. */
const BARE_KEY = /^[A-Z2-7]{16,}=*$/i;

export function readCode(given: string): ReadCode {
  const text = given.trim();
  const bare = text.replaceAll(/[\s-]/g, '');
  if (BARE_KEY.test(bare)) return ofBareKey(bare.replaceAll('=', '').toUpperCase());
  if (/^otpauth-migration:/i.test(text)) return { problem: 'export' };
  const [, kind = '', label = '', query = ''] = URI.exec(text) ?? [];
  if (kind === '') return { problem: /^[a-z][a-z0-9+.-]*:/i.test(text) ? 'elsewhere' : 'no_key' };
  if (kind.toLowerCase() !== 'totp') return { problem: 'counter' };
  const fields = new URLSearchParams(query);
  return fields.get('secret') ? { uri: text, facts: factsOf(label, fields) } : { problem: 'no_key' };
}

/** An address has to have a label, and a key has none. */
const ofBareKey = (key: string): ReadCode => ({
  uri: `otpauth://totp/key?secret=${key}`,
  facts: factsOf('', new URLSearchParams()),
});

/** The label is `issuer:account`, or the account alone. */
function factsOf(label: string, fields: URLSearchParams): CodeFacts {
  const [, before = '', account = ''] = /^(?:([^:]*):)?\s*(.*)$/s.exec(decoded(label)) ?? [];
  return {
    issuer: fields.get('issuer') ?? before,
    account,
    digits: fields.get('digits') ?? '6',
    period: fields.get('period') ?? '30',
  };
}

function decoded(label: string): string {
  try {
    return decodeURIComponent(label);
  } catch {
    return label;
  }
}
