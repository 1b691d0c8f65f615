/* A migration that failed is waited for only where waiting can help, and the wait says why. */
import { expect, it } from 'vitest';
import { whyWait } from '#shared/adapters/database/errors.ts';

const failure = (code: string) =>
  new Error('the migration failed', { cause: Object.assign(new Error('refused'), { code }) });

it.each([
  ...['ECONNREFUSED', 'ENETDOWN', 'EHOSTDOWN', 'EAI_FAIL', '57P03', '08006'].map((code) => [
    code,
    'out of reach',
  ]),
  ...['28P01', '28000', '3D000'].map((code) => [code, 'not prepared']),
  ...['40P01', '40001', '55P03', '57014'].map((code) => [code, 'gave up']),
  ...['42703', '42501', '23505', '0A000', 'P0001'].map((code) => [code, undefined]),
])('after %s a migration waits because: %s', (code, why) => {
  expect(whyWait(failure(code!))).toBe(why);
});
