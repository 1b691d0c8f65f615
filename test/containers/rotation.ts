import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Client } from '#shared/api/client/index.ts';
import type { Compose } from './compose.ts';
import type { Load } from './load.ts';
import { passed } from './outcomes.ts';

const secret = () => randomBytes(16).toString('hex');

/**
 * The steps of docs/operate.md: the secret that signs tokens, then the passwords of the services' role and of NATS. At the
 * end users who were signed in before have to sign in again.
 */
export async function rotate(compose: Compose, load: Load, client: Client): Promise<string> {
  const { GHOSTLY_JWT_SECRET: previous = '' } = await compose.set({ GHOSTLY_JWT_SECRET: secret() });
  await compose.set({ GHOSTLY_JWT_SECRET_PREVIOUS: previous });
  const runs = await load.during(() => up(compose, 'gateway'));
  const all = passed(runs);
  await compose.set({ GHOSTLY_JWT_SECRET_PREVIOUS: '' });
  await up(compose, 'gateway');
  await assert.rejects(client.call('me', {}), { code: 'invalid_token' });

  const passwords = { GHOSTLY_DATABASE_PASSWORD: secret(), NATS_PASSWORD: secret() };
  const before = await compose.set(passwords);
  await up(compose);
  const left = await compose
    .run(['exec', '-T', 'postgres', 'env', `PGPASSWORD=${before.GHOSTLY_DATABASE_PASSWORD}`, ...SIGN_IN])
    .then(
      () => 'the former password of the role still works',
      () => undefined,
    );
  assert.equal(left, undefined);
  await compose.run([
    'exec',
    '-T',
    'postgres',
    'env',
    `PGPASSWORD=${passwords.GHOSTLY_DATABASE_PASSWORD}`,
    ...SIGN_IN,
  ]);
  return `${all}; nobody was signed out before the previous secret was removed`;
}

const SIGN_IN = [
  'psql',
  '--host=postgres',
  '--username=ghostly_services',
  '--dbname=ghostly',
  '--command=select 1',
];

const up = (compose: Compose, ...services: string[]) =>
  compose.run([
    'up',
    '--detach',
    '--no-build',
    '--wait',
    ...(services.length > 0 ? ['--no-deps'] : []),
    ...services,
  ]);
