/* A secret is typed without echo or read from stdin, never an argument, and the keys of the vault can be checked. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Secret } from '#shared/api/contract/secrets/secrets.ts';
import { newPrivateKeyText, publicTextOf } from '#shared/platform/seal/key-text.ts';
import { readPrivateKeys } from '#shared/platform/seal/keys.ts';
import { open, type SealedPlace } from '#shared/platform/seal/seal.ts';
import { homeOf } from '../../../services/cli/up/home/home.ts';
import { loadSecrets } from '../../../services/cli/up/home/secrets.ts';
import { writeUpFile } from '../../../services/cli/up/home/up-file.ts';
import { createKey, createPerson, type Person, SEAL_KEY, useGateway } from '../gateway/fixture.ts';
import { addSecret, addUse } from '../gateway/secrets/secrets.ts';
import { runCommand } from './run-command.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const gateway = await useGateway();
const keys = await readPrivateKeys(SEAL_KEY);

async function useCommands(person: Person) {
  const env = {
    GHOSTLY_URL: gateway.url,
    GHOSTLY_API_KEY: await createKey(gateway, person, ['runs:read', 'secrets:use', 'secrets:write']),
  };
  const ghostly = (line: string[], typed?: string[], more: Record<string, string> = {}) =>
    runCommand(line, { ...env, ...more }, { typed });
  /** A process of its own, with this on stdin. */
  async function piped(line: string[], input: string) {
    const child = spawn(process.execPath, ['services/cli/main.ts', ...line], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(input);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, out, err };
  }
  const openedValue = async (wanted: string): Promise<unknown> => {
    const row = await gateway.sql.row<SealedPlace & { sealed: string }>(
      `select project_id as "projectId", kind, name, version, origins, sealed from secrets where project_id = $1 and name = $2`,
      [person.projectId, wanted],
    );
    return open(keys, row!, row!.sealed);
  };
  return { ghostly, piped, openedValue };
}

const AT = ['--origin', 'https://login.example.com'];

it('ghostly secrets asks for a value without echo, lists, says who used it, and deletes', async () => {
  const ann = await createPerson(gateway);
  const { ghostly, openedValue } = await useCommands(ann);
  const login = ['secrets', 'put', 'shop', '--kind', 'login', ...AT, '--note', 'of the test account'];
  const put = await ghostly(login, ['ann', 'her password']);
  expect(put).toMatchObject({ code: 0, asked: ['User name', 'Password'] });
  expect(put.out).toBe('stored shop, version 1, for https://login.example.com');
  expect(await openedValue('shop')).toEqual({ username: 'ann', password: 'her password' });
  const [secret] = JSON.parse((await ghostly(['secrets', '--json'])).out) as Secret[];
  expect(secret).toMatchObject({ name: 'shop', kind: 'login', version: 1, note: 'of the test account' });
  expect((await ghostly(['secrets'])).out).toMatch(
    /^NAME +KIND +VERSION +ORIGINS +UPDATED +LAST USED +BY +NOTE\nshop +login +1 +https:\/\/login\.example\.com /,
  );
  const runId = crypto.randomUUID();
  await addUse(gateway, ann.projectId, { name: 'shop', runId, userId: ann.userId });
  expect((await ghostly(['secrets', 'uses', 'shop'])).out).toMatch(
    new RegExp(`${runId} +2 +https://login\\.example\\.com +${ann.email} +1$`),
  );
  expect(await ghostly(['secrets', 'delete', 'shop'])).toMatchObject({ code: 0, out: 'deleted shop' });
  await expect(ghostly(['secrets', 'delete', 'shop'])).rejects.toMatchObject({ status: 404 });
});

it('ghostly secrets reads a value from stdin: lines, or JSON for a login', async () => {
  const { piped, openedValue } = await useCommands(await createPerson(gateway));
  const put = (name: string, kind: string) => ['secrets', 'put', name, '--kind', kind, ...AT, '--stdin'];
  expect(await piped(put('token', 'text'), 'two lines\nof it\n')).toMatchObject({ code: 0 });
  expect(await openedValue('token')).toEqual({ value: 'two lines\nof it' });
  expect(await piped(put('lines', 'login'), 'ann\nher password\n')).toMatchObject({ code: 0 });
  expect(await piped(put('json', 'login'), '{"password":"her password","username":"ann"}')).toMatchObject({
    code: 0,
  });
  for (const name of ['lines', 'json'])
    expect(await openedValue(name)).toEqual({ username: 'ann', password: 'her password' });
  const uri = 'otpauth://totp/x?secret=JBSWY3DPEHPK3PXP';
  expect(await piped(put('code', 'totp'), `${uri}\n`)).toMatchObject({ code: 0 });
  const refused = await piped(put('bad', 'login'), 'only one line that is secret\n');
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).not.toContain('that is secret');
});

it('ghostly secrets takes no value as an argument, and says what it needs', async () => {
  const { ghostly } = await useCommands(await createPerson(gateway));
  expect(await ghostly(['secrets', 'put', 'shop', 'her password', ...AT])).toMatchObject({ code: 2 });
  expect((await ghostly(['secrets', 'put', 'shop'])).err).toContain('put needs --origin');
  expect((await ghostly(['secrets', 'put', 'shop', ...AT])).err).toContain('no terminal to prompt on');
  expect((await ghostly(['secrets', 'list', '--note', 'x'])).err).toContain('--note is not for list');
  const refused = await ghostly(['secrets', 'put', 'shop', '--origin', 'https://x.test/login'], ['a value']);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.err).toContain('origins.0: must be an origin');
  expect(refused.err).not.toContain('a value');
  expect((await ghostly(['secrets', 'put', 'shop', ...AT], [''])).err).toContain('was not stored');
});

it('ghostly keys new prints a pair that seals and opens', async () => {
  const { ghostly } = await useCommands(await createPerson(gateway));
  const { code, out } = await ghostly(['keys', 'new']);
  expect(code).toBe(0);
  expect(out).toMatch(/^GHOSTLY_SEAL_PUBLIC_KEY=gspub_[\w-]{43}\nGHOSTLY_SEAL_KEY=gspriv_[\w-]{43}$/);
  expect((await ghostly(['keys', 'new'])).out).not.toBe(out);
  const pair = JSON.parse((await ghostly(['keys', 'new', '--json'])).out) as Record<string, string>;
  expect(publicTextOf(pair.GHOSTLY_SEAL_KEY!)).toBe(pair.GHOSTLY_SEAL_PUBLIC_KEY);
});

it('ghostly keys check says what each key opens, and names what none of them would', async () => {
  const ann = await createPerson(gateway);
  const { ghostly } = await useCommands(ann);
  const name = await addSecret(gateway, ann.projectId, ann, 'checked');
  const check = (sealKey: string, ...more: string[]) =>
    ghostly(['keys', 'check', ...more], undefined, {
      DATABASE_URL: gateway.databaseUrl,
      GHOSTLY_SEAL_KEY: sealKey,
    });
  const good = await check(`${newPrivateKeyText()},${SEAL_KEY}`);
  expect(good).toMatchObject({ code: 0, err: 'every secret would open' });
  expect(good.out).toMatch(new RegExp(`^\\S+ seals, and opens 0\\n${keys.first.kid} opens [1-9]\\d*$`));
  const bad = await check(newPrivateKeyText(), '--json');
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.out)).toMatchObject({
    keys: [
      { state: 'seals', count: 0 },
      { state: 'missing', kid: keys.first.kid },
    ],
    closed: expect.arrayContaining([
      {
        project: ann.projectId,
        name,
        why: 'the value was sealed with a key that this process does not have',
      },
    ]),
  });
  await gateway.sql.rows('update secrets set version = 9 where project_id = $1', [ann.projectId]);
  expect(await check(SEAL_KEY)).toMatchObject({ code: 0 });
  const opened = await check(SEAL_KEY, '--open');
  expect(opened).toMatchObject({ code: 1 });
  expect(opened.err).toContain(`checked of project ${ann.projectId}: the sealed value belongs to another`);
  expect((await check('short')).err).toContain(
    'GHOSTLY_SEAL_KEY: must be keys as "ghostly keys new" prints them',
  );
});

it('ghostly keys check uses the stack of GHOSTLY_HOME and the key that it keeps there', async () => {
  const ann = await createPerson(gateway);
  const { ghostly } = await useCommands(ann);
  await addSecret(gateway, ann.projectId, ann, 'elsewhere');
  const path = await mkdtemp(join(tmpdir(), 'home-'));
  onTestFinished(() => rm(path, { recursive: true }));
  const at = { GHOSTLY_HOME: path };
  const nothing = await ghostly(['keys', 'check'], undefined, at);
  expect(nothing).toMatchObject({ code: 2, err: expect.stringContaining('no stack is running here') });
  const home = homeOf(at, '/');
  const { secrets } = await loadSecrets(home);
  await writeUpFile(home.upFile, {
    gateway: gateway.url,
    nats: 'nats://127.0.0.1:4222',
    database: gateway.databaseUrl,
    apiKey: 'gly_x',
    pids: { gateway: [1], runner: [1], supervisor: [1], nats: null, postgres: null },
  });
  const { kid } = (await readPrivateKeys(secrets.sealKey)).first;
  const checked = await ghostly(['keys', 'check'], undefined, at);
  expect(checked).toMatchObject({ code: 1, err: expect.stringContaining('elsewhere of project') });
  expect(checked.out).toContain(`${kid} seals, and opens 0\n${keys.first.kid} is missing, and would open`);
});
