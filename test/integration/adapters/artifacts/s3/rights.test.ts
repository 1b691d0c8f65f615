/* A runner and a gateway need no other rights on the bucket than those that docs/configuration.md names. */
import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import { startTestS3 } from '../../../../support/servers/s3.ts';

const ID = '019abcde-0000-7000-8000-000000000001';
/**
 * What docs/configuration.md says that they need. Links and the supervisor are not here: the server checks no signature of a
 * link, and takes none of a query with a slash in it, as that for the keys of a run.
 */
const RIGHTS = {
  runner: ['s3:ListBucket', 's3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'],
  gateway: ['s3:ListBucket', 's3:GetObject'],
};

const s3 = await startTestS3();
let users: Record<keyof typeof RIGHTS | 'stranger', Record<string, string>>;
beforeAll(async () => {
  const { runner, gateway } = RIGHTS;
  users = {
    runner: await s3.user(runner),
    gateway: await s3.user(gateway),
    stranger: await s3.user(['s3:ListAllMyBuckets']),
  };
  await s3.refuseCredentials(true);
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => s3.refuseCredentials(false));

function openAs(user: Record<string, string>) {
  for (const [name, value] of Object.entries(user)) vi.stubEnv(name, value);
  const config = { ...s3.config(tmpdir()), GHOSTLY_ARTIFACTS: { bucket: 'runs', prefix: '' } };
  return openArtifacts(config, { warn: () => undefined });
}
const refusalOf = (user: Record<string, string>) =>
  openAs(user).then(
    () => 'opened',
    (error: Error) => error.message,
  );

it('a runner and a gateway do their part with the rights that the page names, signed, and no other', async () => {
  const runner = await openAs(users.runner);
  await runner.put(ID, '1-0.png', Buffer.from('a picture'));
  const gateway = await openAs(users.gateway);
  const artifact = await gateway.open(ID, '1-0.png');
  expect(String(await buffer(artifact!.read({ start: 0, end: 8 })))).toBe('a picture');
  await expect(gateway.put(ID, '1-1.png', Buffer.from('x'))).rejects.toThrow();
  await runner.discard(ID, ['1-0.png']);
  expect(await gateway.open(ID, '1-0.png')).toBeUndefined();
});

it('what does not fit is reported in one line', async () => {
  expect(await refusalOf({ ...users.runner, AWS_SECRET_ACCESS_KEY: 'another' })).toBe(
    'GHOSTLY_ARTIFACTS: the secret access key does not belong to the access key',
  );
  expect(await refusalOf(users.stranger)).toBe(
    'GHOSTLY_ARTIFACTS: the credentials may not list the bucket "runs"',
  );
  expect(await refusalOf({ ...users.runner, AWS_ACCESS_KEY_ID: 'unknown' })).toBe(
    'GHOSTLY_ARTIFACTS: the store does not know the access key',
  );
});
