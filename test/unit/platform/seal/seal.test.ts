/* A sealed value opens with the private key, in its own place and unchanged, and else says nothing. */
import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  newPrivateKeyText,
  privateKeyText,
  publicKeyText,
  publicTextOf,
} from '#shared/platform/seal/key-text.ts';
import {
  type PrivateKeys,
  type PublicKeys,
  readPrivateKeys,
  readPublicKeys,
} from '#shared/platform/seal/keys.ts';
import { kidOf, open, SealError, type SealedPlace, seal } from '#shared/platform/seal/seal.ts';

const PLACE: SealedPlace = {
  projectId: 'c0ffee00-0000-4000-8000-000000000001',
  kind: 'login',
  name: 'shop',
  version: 3,
  origins: ['https://shop.test', 'https://login.shop.test'],
};
const VALUE = { username: 'ada', password: 'correct horse ✓ "battery" \\ staple' };

let privateText: string;
let publicKeys: PublicKeys;
let privateKeys: PrivateKeys;

beforeAll(async () => {
  privateText = newPrivateKeyText();
  publicKeys = await readPublicKeys(publicTextOf(privateText));
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
    ['project', { projectId: 'c0ffee00-0000-4000-8000-000000000002' }],
    ['kind', { kind: 'text' }],
    ['name', { name: 'shop2' }],
    ['version', { version: 4 }],
    ['list of origins', { origins: ['https://shop.test'] }],
    ['origin', { origins: ['https://shop.test', 'http://evil.test'] }],
  ] satisfies [string, Partial<SealedPlace>][])('does not open for another %s', async (_, other) => {
    const sealed = await seal(publicKeys, PLACE, VALUE);
    expect((await refusal(open(privateKeys, { ...PLACE, ...other }, sealed))).code).toBe('wrong_place');
  });

  it('does not open once its header is written anew', async () => {
    const sealed = await seal(publicKeys, PLACE, VALUE);
    const [header = '', ...rest] = sealed.split('.');
    const moved = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), v: 4 };
    const forged = [Buffer.from(JSON.stringify(moved)).toString('base64url'), ...rest].join('.');
    expect((await refusal(open(privateKeys, { ...PLACE, version: 4 }, forged))).code).toBe('damaged');
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
    const error = await refusal(open(privateKeys, { ...PLACE, name: 'x' }, sealed));
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
    const sealedSince = await seal(await readPublicKeys(publicTextOf(both)), PLACE, VALUE);
    const keys = await readPrivateKeys(both);
    expect(await open(keys, PLACE, sealedBefore)).toEqual(VALUE);
    expect(await open(keys, PLACE, sealedSince)).toEqual(VALUE);
    expect(kidOf(sealedSince)).toBe(keys.first.kid);
    expect((await refusal(open(privateKeys, PLACE, sealedSince))).code).toBe('no_key');
  });

  it.each([
    ['nothing', ''],
    ['without their mark', (key: string) => key.slice(-43)],
    ['and nothing', (key: string) => `${key},`],
    ['too long', (key: string) => `${key}A`],
    [
      'written in another way',
      (key: string) => `${key.slice(0, -1)}${String.fromCharCode(key.charCodeAt(49) + 1)}`,
    ],
  ])('are refused if they are none, without a word of them: %s', (_, change) => {
    const key = `gspriv_${'A'.repeat(43)}`;
    expect(() => privateKeyText(typeof change === 'string' ? change : change(key))).toThrow(
      /^must be keys as "ghostly keys new" prints them: gspriv_ and 43 characters, separated by commas$/,
    );
  });

  it('are refused where the others belong, by the variable of those', () => {
    expect(() => privateKeyText(publicTextOf(privateText))).toThrow(
      /^must be private keys: a public one is for GHOSTLY_SEAL_PUBLIC_KEY$/,
    );
    expect(() => publicKeyText(privateText)).toThrow(
      /^must be public keys: a private one is for GHOSTLY_SEAL_KEY$/,
    );
    expect(publicKeyText(publicTextOf(privateText))).toBe(publicTextOf(privateText));
  });

  it.each([
    ['zero', Buffer.alloc(32)],
    ['one', Buffer.concat([Buffer.from([1]), Buffer.alloc(31)])],
  ])('are refused if they cannot seal: the point %s', (_, bytes) => {
    expect(() => publicKeyText(`gspub_${bytes.toString('base64url')}`)).toThrow(
      'must be keys with which values can be sealed',
    );
  });
});
