/*
 * Seals a value with a public key, so that only the holder of the private one can open it, and only at its place: JWE in
 * compact form (RFC 7516), whose protected header names project, kind, name, version and origins. Pure.
 */
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, type ProtectedHeaderParameters } from 'jose';
import type { PrivateKeys, PublicKeys } from './keys.ts';

/** Where a sealed value belongs: it does not open anywhere else. */
export interface SealedPlace {
  /** The id of its project. */
  p: string;
  /** Its kind. */
  k: string;
  /** Its name. */
  n: string;
  /** Its version. */
  v: number;
}

/** Where it is sealed for: also which origins it may be typed at, so that these cannot be changed without the value. */
export interface SealedFor extends SealedPlace {
  o: readonly string[];
}

/** `no_key`: it was sealed with a key that is not among these. `wrong_place`: it belongs elsewhere. `damaged`: it was changed. */
export type SealErrorCode = 'no_key' | 'wrong_place' | 'damaged';

const SENTENCES = {
  no_key: 'the value was sealed with a key that this process does not have',
  wrong_place: 'the sealed value belongs to another project, kind, name, version or origin',
  damaged: 'the sealed value is damaged',
} satisfies Record<SealErrorCode, string>;

/** A value that does not open; nothing of it is in the error. */
export class SealError extends Error {
  readonly code: SealErrorCode;
  constructor(code: SealErrorCode) {
    super(SENTENCES[code]);
    this.code = code;
  }
}

const ALG = 'ECDH-ES+A256KW';
const ENC = 'A256GCM';
/** Each longer by a whole number of these, so that its length says little of the value's. */
const PAD_TO_BYTES = 256;

/** The value, which is JSON, sealed with the first of the keys. */
export async function seal({ first }: PublicKeys, place: SealedFor, value: unknown): Promise<string> {
  const { p, k, n, v, o } = place;
  const bytes = padded(Buffer.from(JSON.stringify(value)));
  try {
    return await new CompactEncrypt(bytes)
      .setProtectedHeader({ alg: ALG, enc: ENC, kid: first.kid, p, k, n, v, o })
      .encrypt(first.key);
  } finally {
    bytes.fill(0);
  }
}

/** Spaces behind a JSON value mean nothing. */
function padded(json: Buffer): Buffer {
  const bytes = Buffer.alloc(Math.ceil(json.length / PAD_TO_BYTES) * PAD_TO_BYTES, ' ');
  json.copy(bytes);
  json.fill(0);
  return bytes;
}

/** `at`: the origin where the value is to be typed, if it is. @throws SealError */
export async function open(
  { all }: PrivateKeys,
  place: SealedPlace,
  sealed: string,
  at?: string,
): Promise<unknown> {
  const { kid = '', ...header } = headerOf(sealed);
  const key = all.get(kid);
  if (!key) throw new SealError('no_key');
  const { plaintext } = await compactDecrypt(sealed, key, {
    keyManagementAlgorithms: [ALG],
    contentEncryptionAlgorithms: [ENC],
  }).catch(() => {
    throw new SealError('damaged');
  });
  // After it has opened: until then anybody may have written the header.
  const { p, k, n, v } = place;
  const isThere = header.p === p && header.k === k && header.n === n && header.v === v;
  if (!isThere || (at !== undefined && !originsIn(header.o).includes(at))) throw new SealError('wrong_place');
  try {
    return JSON.parse(new TextDecoder().decode(plaintext));
  } catch {
    // The parser's own error repeats what it has read.
    throw new SealError('damaged');
  } finally {
    plaintext.fill(0);
  }
}

/** The thumbprint of the key with which a value was sealed. @throws SealError */
export const kidOf = (sealed: string): string => headerOf(sealed).kid ?? '';

/** The origins that a value was sealed for; true of one that opens. @throws SealError */
export const originsOf = (sealed: string): string[] => originsIn(headerOf(sealed).o);

const originsIn = (given: unknown): string[] =>
  Array.isArray(given) ? given.filter((one) => typeof one === 'string') : [];

function headerOf(sealed: string): ProtectedHeaderParameters & { [name: string]: unknown } {
  try {
    return decodeProtectedHeader(sealed);
  } catch {
    throw new SealError('damaged');
  }
}
