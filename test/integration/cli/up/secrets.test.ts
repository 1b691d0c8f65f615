/* The secrets of a home are made once; those that cannot be used are an error, and are not replaced. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openIssuer } from '#shared/adapters/bus/subscribers/issuer.ts';
import { type Home, homeOf } from '../../../../services/cli/up/home/home.ts';
import { loadSecrets } from '../../../../services/cli/up/home/secrets.ts';

let home: Home;
beforeEach(async () => {
  home = homeOf({ GHOSTLY_HOME: await mkdtemp(join(tmpdir(), 'ghostly-test-secrets-')) }, '/');
});
afterEach(() => rm(home.path, { recursive: true }));

test('the secrets of a home are made once', async () => {
  const first = await loadSecrets(home);
  expect(first.isNew).toBe(true);
  expect(await loadSecrets(home)).toEqual({ secrets: first.secrets, isNew: false });
  expect(openIssuer(first.secrets.natsIssuerSeed).publicKey).toMatch(/^A/);
  expect((await stat(home.secretsFile)).mode & 0o077).toBe(0);
});

test.each(['{}', '{"jwtSecret":"short"}', 'no JSON'])(
  'secrets that cannot be used, %j, are an error, not new ones',
  async (text) => {
    await writeFile(home.secretsFile, text);
    await expect(loadSecrets(home)).rejects.toThrow();
    expect(await readFile(home.secretsFile, 'utf8')).toBe(text);
  },
);
