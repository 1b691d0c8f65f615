import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { newPrivateKeyText, publicKeyText, sealKeyText } from '#shared/platform/seal/key-text.ts';
import {
  type PrivateKeys,
  type PublicKeys,
  readPrivateKeys,
  readPublicKeys,
} from '#shared/platform/seal/keys.ts';
import {
  kidOf,
  open,
  originsOf,
  SealError,
  type SealedFor,
  type SealedPlace,
  seal,
} from '#shared/platform/seal/seal.ts';

const ORIGINS = ['https://login.example.com', 'http://localhost:8080'];
const PLACE: SealedFor = {
  p: 'c0ffee00-0000-4000-8000-000000000001',
  k: 'login',
  n: 'shop',
  v: 3,
  o: ORIGINS,
};
const VALUE = { username: 'ada', password: 'correct horse ✓ "battery" \\ staple' };

let privateText: string;
let publicKeys: PublicKeys;
let privateKeys: PrivateKeys;

beforeAll(async () => {
  privateText = newPrivateKeyText();
  publicKeys = await readPublicKeys(publicKeyText(privateText));
  privateKeys = await readPrivateKeys(privateText);
});

const refusal = async (opening: Promise<unknown>): Promise<SealError> => {
  const error = await opening.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SealError);
  return error as SealError;
};

describe('a sealed value', () => {
  it('opens with the private key, at its place', async () => {
    const sealed = await seal(publicKeys, PLACE, VALUE);
    expect(await open(privateKeys, PLACE, sealed)).toEqual(VALUE);
    expect(kidOf(sealed)).toBe(publicKeys.first.kid);
  });

  it('opens to be typed only at an origin that it was sealed for', async () => {
    const sealed = await seal(publicKeys, PLACE, VALUE);
    expect(originsOf(sealed)).toEqual(ORIGINS);
    for (const origin of ORIGINS) expect(await open(privateKeys, PLACE, sealed, origin)).toEqual(VALUE);
    for (const origin of [
      'https://login.example.com.evil.test',
      'https://login.example.com:8443',
      'null',
      '',
    ])
      expect((await refusal(open(privateKeys, PLACE, sealed, origin))).code).toBe('wrong_place');
    const nowhere = await seal(publicKeys, { ...PLACE, o: [] }, VALUE);
    expect((await refusal(open(privateKeys, PLACE, nowhere, ORIGINS[0]))).code).toBe('wrong_place');
  });

  it('has nothing of the value in it, and is another text each time', async () => {
    const [one, other] = [await seal(publicKeys, PLACE, VALUE), await seal(publicKeys, PLACE, VALUE)];
    expect(one).not.toBe(other);
    const parts = one.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    for (const text of [one, ...parts]) expect(text).not.toContain('horse');
  });

  it('has a length that does not tell that of a short value', async () => {
    const [short, long] = [
      await seal(publicKeys, PLACE, { value: 'abc' }),
      await seal(publicKeys, PLACE, { value: 'a'.repeat(200) }),
    ];
    expect(short).toHaveLength(long.length);
  });

  it.each([
    ['project', { p: 'c0ffee00-0000-4000-8000-000000000002' }],
    ['kind', { k: 'text' }],
    ['name', { n: 'shop2' }],
    ['version', { v: 4 }],
  ] satisfies [string, Partial<SealedPlace>][])('does not open for another %s', async (_, other) => {
    const sealed = await seal(publicKeys, PLACE, VALUE);
    expect((await refusal(open(privateKeys, { ...PLACE, ...other }, sealed))).code).toBe('wrong_place');
  });

  it('does not open once its header is written anew', async () => {
    const sealed = await seal(publicKeys, PLACE, VALUE);
    const [header = '', ...rest] = sealed.split('.');
    const moved = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), v: 4 };
    const forged = [Buffer.from(JSON.stringify(moved)).toString('base64url'), ...rest].join('.');
    expect((await refusal(open(privateKeys, { ...PLACE, v: 4 }, forged))).code).toBe('damaged');
  });

  it('does not open if any part of it was changed', async () => {
    const sealed = await seal(publicKeys, PLACE, VALUE);
    const parts = sealed.split('.');
    for (const index of [1, 2, 3, 4]) {
      const changed = parts.with(index, flipped(parts[index]!)).join('.');
      expect((await refusal(open(privateKeys, PLACE, changed))).code).toBe('damaged');
    }
    for (const text of ['', 'a.b.c', sealed.slice(0, 40)])
      expect((await refusal(open(privateKeys, PLACE, text))).code).toBe('damaged');
  });

  it('says of the value nothing if it does not open', async () => {
    const sealed = await seal(publicKeys, PLACE, VALUE);
    const error = await refusal(open(privateKeys, { ...PLACE, n: 'x' }, sealed));
    expect(inspect(error, { depth: 9 })).not.toMatch(/horse|ada/);
  });
});

const flipped = (part: string): string => {
  const bytes = Buffer.from(part, 'base64url');
  bytes[0]! ^= 1;
  return bytes.toString('base64url');
};

describe('the keys', () => {
  it('seal with the first, and open with all', async () => {
    const newer = newPrivateKeyText();
    const both = `${newer}, ${privateText}`;
    const sealedBefore = await seal(publicKeys, PLACE, VALUE);
    const sealedSince = await seal(await readPublicKeys(publicKeyText(both)), PLACE, VALUE);
    const keys = await readPrivateKeys(both);
    expect(await open(keys, PLACE, sealedBefore)).toEqual(VALUE);
    expect(await open(keys, PLACE, sealedSince)).toEqual(VALUE);
    expect(kidOf(sealedSince)).toBe(keys.first.kid);
    expect((await refusal(open(privateKeys, PLACE, sealedSince))).code).toBe('no_key');
  });

  it.each(['', 'short', `${'A'.repeat(43)},`, 'A'.repeat(44), `${'A'.repeat(42)}B`, `${'A'.repeat(42)}=`])(
    'are refused if they are none, without a word of them: %j',
    (text) => {
      expect(() => sealKeyText(text)).toThrow(
        'must be keys of 32 bytes as base64url (43 characters), separated by commas',
      );
    },
  );
});
