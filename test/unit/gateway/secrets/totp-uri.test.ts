/* The vault takes a seed only if codes can be made of it, and keeps it written in full. */
import { expect, it } from 'vitest';
import { totpUri } from '../../../../services/gateway/secrets/totp-uri.ts';

const SEED = 'JBSWY3DPEHPK3PXP';

it.each([
  [`otpauth://totp/x?secret=${SEED}`, 'digits=6', 'period=30', 'algorithm=SHA1'],
  [`otpauth://totp/Shop:ann?secret=${SEED.toLowerCase()}&issuer=Shop&digits=8`, 'digits=8', 'issuer=Shop'],
  [`otpauth://totp/x?secret=${SEED}&period=15&algorithm=SHA512`, 'period=15', 'algorithm=SHA512'],
  [`otpauth://totp/x?secret=${SEED}&period=120`, 'period=120'],
])('%s is written in full, and the same if it is read again', (text, ...parts) => {
  const uri = totpUri(text);
  for (const part of [`secret=${SEED}`, ...parts]) expect(uri).toContain(part);
  expect(totpUri(uri!)).toBe(uri);
});

it.each([
  '',
  SEED,
  'https://example.com',
  'otpauth://totp/x',
  'otpauth://totp/x?secret=',
  'otpauth://totp/x?secret=01189998819991197253',
  `otpauth://hotp/x?secret=${SEED}&counter=1`,
  `otpauth://totp/x?secret=${SEED}&digits=5`,
  `otpauth://totp/x?secret=${SEED}&digits=9`,
  `otpauth://totp/x?secret=${SEED}&period=14`,
  `otpauth://totp/x?secret=${SEED}&period=121`,
  `otpauth://totp/x?secret=${SEED}&algorithm=MD5`,
])('%j is none that can be used', (text) => {
  expect(totpUri(text)).toBeUndefined();
});
