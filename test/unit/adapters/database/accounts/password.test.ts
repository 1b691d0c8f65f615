/* I10: a password is kept as an argon2id hash with its own salt, and a check takes as long where there is none. */
import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from '#shared/adapters/database/accounts/password.ts';

describe('I10: passwords', () => {
  it('are kept as argon2id with their parameters and a salt of their own', async () => {
    const [one, other] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
  });

  it('are recognised, also where Unicode can write them in two ways', async () => {
    const stored = await hashPassword('pa\u00f1uelo');
    expect(await verifyPassword('pa\u00f1uelo', stored)).toBe(true);
    expect(await verifyPassword('pan\u0303uelo', stored)).toBe(true);
    expect(await verifyPassword('panuelo', stored)).toBe(false);
    expect(await verifyPassword('', stored)).toBe(false);
  });

  it('are checked with the parameters they were kept with', async () => {
    const cheap =
      '$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$' +
      (await hashOf('secret', { memory: 64, passes: 1, parallelism: 1 }));
    expect(await verifyPassword('secret', cheap)).toBe(true);
    expect(await verifyPassword('other', cheap)).toBe(false);
  });

  it.each([undefined, '', 'none', 'secret', '$argon2id$v=19$m=1,t=1,p=1$$'])(
    'never match %j, at the cost of a real check',
    async (stored) => {
      const start = performance.now();
      expect(await verifyPassword('secret', stored)).toBe(false);
      expect(performance.now() - start).toBeGreaterThan(2);
    },
  );
});

async function hashOf(message: string, cost: { memory: number; passes: number; parallelism: number }) {
  const { argon2Sync } = await import('node:crypto');
  const hash = argon2Sync('argon2id', { message, nonce: Buffer.alloc(16), tagLength: 32, ...cost });
  return hash.toString('base64').replace(/=+$/, '');
}
