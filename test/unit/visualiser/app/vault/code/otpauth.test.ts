/* A key of one-time codes is understood as a site shows it, or refused with what is wrong. */
import { describe, expect, it } from 'vitest';
import { readCode } from '../../../../../../services/visualiser/app/vault/code/otpauth.ts';

const KEY = 'JBSWY3DPEHPK3PXP';
const facts = (given: string) => {
  const read = readCode(given);
  return 'facts' in read ? read.facts : read;
};

describe('a key of one-time codes', () => {
  it.each([
    [
      `otpauth://totp/Acme:ann%40acme.test?secret=${KEY}&issuer=Acme&digits=8&period=60`,
      { issuer: 'Acme', account: 'ann@acme.test', digits: '8', period: '60' },
    ],
    [`otpauth://TOTP/ann?secret=${KEY}`, { issuer: '', account: 'ann', digits: '6', period: '30' }],
    [
      `otpauth://totp/Acme%20Inc:%20ann?secret=${KEY}`,
      { issuer: 'Acme Inc', account: 'ann', digits: '6', period: '30' },
    ],
    [`otpauth://totp/100%?secret=${KEY}`, { issuer: '', account: '100%', digits: '6', period: '30' }],
    [`otpauth://totp?secret=${KEY}`, { issuer: '', account: '', digits: '6', period: '30' }],
  ])('%s says what it is for', (uri, said) => {
    expect(facts(uri)).toEqual(said);
    expect(readCode(` ${uri}\n`)).toMatchObject({ uri });
  });

  it('may be typed as the site prints it beside its code', () => {
    const read = {
      uri: `otpauth://totp/key?secret=${KEY}`,
      facts: { issuer: '', account: '', digits: '6', period: '30' },
    };
    expect(readCode('jbsw y3dp ehpk 3pxp')).toEqual(read);
    expect(readCode(`${KEY}====`)).toEqual(read);
  });

  it.each([
    [`otpauth://hotp/ann?secret=${KEY}&counter=1`, 'counter'],
    ['otpauth-migration://offline?data=CjE', 'export'],
    ['https://shop.test/enroll', 'elsewhere'],
    ['WIFI:S:guest;;', 'elsewhere'],
    ['otpauth://totp/ann', 'no_key'],
    ['123456', 'no_key'],
    ['', 'no_key'],
  ])('%s is none: %s', (given, problem) => {
    expect(readCode(given)).toEqual({ problem });
  });
});
