/* A database password is set by a verifier that PostgreSQL itself would store, with a new salt each time. */
import { expect, it } from 'vitest';
import { passwordVerifier } from '#shared/adapters/database/password-verifier.ts';

it('the verifier of a password is that of the example in RFC 7677, whose keys PostgreSQL would store', () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  expect(passwordVerifier('pencil', salt)).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

it('the verifier of a password has a salt of its own each time', () => {
  expect(passwordVerifier('pencil')).not.toBe(passwordVerifier('pencil'));
});
