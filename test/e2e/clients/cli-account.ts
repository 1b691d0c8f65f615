import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../../services/cli/local/process/free-port.ts';
import { useGhostly } from '../../support/cli/ghostly.ts';
import { adminByToken } from '../../support/database/members.ts';
import { logIn } from '../../support/http/client.ts';
import { runCli } from '../../support/stack/cli.ts';

const { bench, envFor } = useGhostly();

describe('the account', () => {
  const OLD = 'the old password';
  const NEW = 'quite another one';
  /** A user with two sign-ins, and `ghostly` with a key of theirs. */
  const someone = async (scopes = ['runs:read', 'runs:write']) => {
    const email = `${randomUUID()}@test.local`;
    const admin = await adminByToken(bench.client);
    await admin.request('POST', '/v1/auth/register', { body: { email, password: OLD } });
    const tokens = [await logIn(bench.client, email, OLD), await logIn(bench.client, email, OLD)];
    const made = await bench.client
      .as({ token: tokens[0]! })
      .request<{ key: string }>('POST', '/v1/api-keys', {
        body: { label: 'test', scopes },
      });
    const own = { ...envFor(bench.client), GHOSTLY_API_KEY: made.body.key };
    return {
      email,
      ghostly: (args: string[], input = '') => runCli(args, { env: own, input }),
      whoAmI: () =>
        Promise.all(
          tokens.map(
            async (token) => (await bench.client.as({ token }).request('GET', '/v1/auth/me')).status,
          ),
        ),
    };
  };

  test('a password is changed by its owner alone, and all sign-ins with the old one end; the key stays', async () => {
    const ana = await someone();
    const wrong = await ana.ghostly(['password', '--stdin'], `not ${OLD}\n${NEW}\n`);
    expect(wrong).toEqual({ code: 5, out: '', err: 'ghostly: the current password is wrong (400)' });
    const short = await ana.ghostly(['password', '--stdin'], `${OLD}\nshort\n`);
    expect(short.code).toBe(5);
    expect(short.err).toContain('a password must have 8 to 1024 characters');
    const nobody = await ana.ghostly(['password']);
    expect(nobody.code).toBe(2);
    expect(await ana.whoAmI()).toEqual([200, 200]);

    const { code, out, err } = await ana.ghostly(['password', '--stdin'], `${OLD}\n${NEW}\n`);
    const reported = `changed the password of ${ana.email}; all sessions have ended`;
    expect({ code, out, err }).toEqual({ code: 0, out: '', err: reported });
    expect(await ana.whoAmI()).toEqual([401, 401]);
    await expect(logIn(bench.client, ana.email, OLD)).rejects.toThrow();
    expect(await logIn(bench.client, ana.email, NEW)).toEqual(expect.any(String));
    expect((await ana.ghostly(['runs'])).code).toBe(0);
  });

  test('sign-out ends all sign-ins, and no key; one that may only watch does not', async () => {
    const ana = await someone();
    expect(await ana.ghostly(['sign-out'])).toEqual({
      code: 0,
      out: '',
      err: `all sessions of ${ana.email} have ended`,
    });
    expect(await ana.whoAmI()).toEqual([401, 401]);
    expect((await ana.ghostly(['runs'])).code).toBe(0);

    const watcher = await someone(['runs:read']);
    expect(await watcher.ghostly(['sign-out'])).toEqual({
      code: 4,
      out: '',
      err: 'ghostly: forbidden (403)',
    });
    expect(await watcher.whoAmI()).toEqual([200, 200]);
  });
});

describe('the address', () => {
  test('a wrong key is refused in one line, as JSON where that is asked for', async () => {
    const env = { ...envFor(bench.client), GHOSTLY_API_KEY: 'gly_wrong' };
    const { code, err } = await runCli(['runs'], { env });
    expect({ code, err }).toEqual({ code: 4, err: 'ghostly: unauthorized (401)' });
    const reported = await runCli(['runs', '--json'], { env });
    expect({ ...reported, err: JSON.parse(reported.err) }).toEqual({
      code: 4,
      out: '',
      err: { ok: false, error: 'unauthorized', status: 401, code: 'unauthorized' },
    });
  });

  test('no server, or another one, is one line each', async () => {
    const nobody = await runCli(['runs'], {
      env: { ...envFor(bench.client), GHOSTLY_URL: `http://127.0.0.1:${await freePort()}` },
    });
    expect(nobody.code).toBe(3);
    expect(nobody.err).toMatch(/^ghostly: the gateway at \S+ does not answer \(ECONNREFUSED\)$/);
    const other = await runCli(['runs'], { env: { ...envFor(bench.client), GHOSTLY_URL: bench.site.url } });
    expect(other.code).toBe(3);
    expect(other.err).toMatch(/^ghostly: what answers at \S+ is not a Ghostly gateway/);
  });
});
