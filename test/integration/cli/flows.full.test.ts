/* Flows in a folder are pushed, pulled and compared, and no version is overwritten that was not compared with. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClient } from '#shared/api/client/index.ts';
import { readLocalFlows } from '../../../services/cli/flows/local-flows.ts';
import { compareFlows, storeCompared } from '../../../services/cli/flows/store-flows.ts';
import { afterFile } from '../../support/file-hooks.ts';
import { needs } from '../../support/machine.ts';
import { addMember, call, createKey, createPerson, useGateway } from '../gateway/fixture.ts';
import { runCommand } from './run-command.ts';

const gateway = await useGateway();

const flow = (selector: string, more = {}) => ({
  ...more,
  baseUrl: 'http://127.0.0.1:1',
  steps: [
    { action: 'goto', url: '/' },
    { action: 'click', selector },
  ],
});

/** A person with a folder in git, and the command in this process. */
async function workplace(files: Record<string, unknown> = {}) {
  await needs('git');
  const person = await createPerson(gateway);
  const key = await createKey(gateway, person, ['runs:read', 'runs:write']);
  const cwd = await mkdtemp(join(tmpdir(), 'ghostly-flows-'));
  afterFile(() => rm(cwd, { recursive: true, force: true }));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@a.test', ...args], {
      cwd,
      encoding: 'utf8',
    });
  const put = async (file: string, content: unknown) => {
    await mkdir(dirname(join(cwd, file)), { recursive: true });
    await writeFile(
      join(cwd, file),
      typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`,
    );
  };
  const env = { GHOSTLY_URL: gateway.url, GHOSTLY_API_KEY: key };
  const ghostly = (...args: string[]) => runCommand(args, env, { cwd, saysErrors: true });
  git('init', '-q');
  for (const [file, content] of Object.entries(files)) await put(file, content);
  if (Object.keys(files).length > 0) {
    git('add', '-A');
    git('commit', '-qm', 'flows');
  }
  return { person, key, cwd, git, put, ghostly, read: (file: string) => readFile(join(cwd, file), 'utf8') };
}

const ALL = 'flows/**/*.json';

describe('a folder of flows in git', () => {
  it('is pushed, and pushed again where it has changed', async () => {
    const { ghostly, put } = await workplace({
      'flows/log-in.json': flow('#log-in'),
      'flows/shop/order.json': flow('#order', { viewport: 1 }),
      'other/ignored.json': flow('#x'),
    });
    expect(await ghostly('flows')).toMatchObject({ code: 0, out: 'no named flows' });
    const dry = await ghostly('flows', 'push', ALL, '--dry-run');
    expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('log-in: would be version 1') });
    expect((await ghostly('flows')).out).toBe('no named flows');
    expect(await ghostly('flows', 'push', ALL)).toEqual({
      code: 0,
      out: 'log-in: version 1\nshop.order: version 1\n  viewport is not known, and not stored',
      err: '',
    });
    await put('flows/log-in.json', flow('#sign-in'));
    expect((await ghostly('flows', 'push', 'flows')).out).toContain(
      'log-in: version 2\nshop.order: unchanged, version 1',
    );
    expect((await ghostly('flows', 'list')).out).toMatch(
      /^NAME +VERSION +UPDATED +BY +DESCRIPTION\nlog-in +2 +20\S+ \S+ +person-\S+\s*\nshop\.order +1 /,
    );
    const { out } = await ghostly('flows', 'push', 'flows/log-in.json', '--json');
    expect(JSON.parse(out)).toEqual([
      { file: 'flows/log-in.json', name: 'log-in', version: 2, created: false, changes: [] },
    ]);
  });

  it('is compared with what is stored', async () => {
    const { ghostly, put } = await workplace({ 'flows/a.json': flow('#a'), 'flows/b.json': flow('#b') });
    await ghostly('flows', 'push', ALL);
    expect(await ghostly('flows', 'diff', ALL)).toMatchObject({ code: 0, out: 'no differences' });
    await put('flows/a.json', flow('#new'));
    await put('flows/c.json', flow('#c'));
    expect((await ghostly('flows', 'diff', 'flows/[ac].json')).out.split('\n')).toEqual([
      'a: flows/a.json differs from version 1',
      '  - steps.1.selector: "#a"',
      '  + steps.1.selector: "#new"',
      'c: new, from flows/c.json',
      'b: in the project, and in no file',
    ]);
    expect(JSON.parse((await ghostly('flows', 'diff', ALL, '--json')).out)).toMatchObject({
      changed: [
        { name: 'a', version: 2 },
        { name: 'c', version: 1 },
      ],
      notInFiles: [],
    });
  });

  it('restores a flow that was deleted, and says so before', async () => {
    const { ghostly, person, put } = await workplace({ 'flows/order.json': flow('#a') });
    await ghostly('flows', 'push', ALL);
    const remove = () =>
      call(gateway, 'DELETE', `/v1/projects/${person.projectId}/flows/order`, { as: person });
    await remove();
    expect((await ghostly('flows', 'diff', ALL)).out).toBe(
      'order: deleted in the project, would be restored',
    );
    expect((await ghostly('flows', 'push', ALL, '--dry-run')).out).toBe(
      'order: would be restored, version 1',
    );
    expect((await ghostly('flows', 'push', ALL)).out).toBe('order: restored, version 1');
    expect((await ghostly('flows', 'push', ALL)).out).toBe('order: unchanged, version 1');
    await remove();
    await put('flows/order.json', flow('#b'));
    expect(JSON.parse((await ghostly('flows', 'diff', ALL, '--json')).out)).toMatchObject({
      changed: [{ name: 'order', version: 2, restored: true }],
    });
    expect((await ghostly('flows', 'push', ALL)).out).toBe('order: restored, version 2');
  });

  it('overwrites no version that it was not compared with', async () => {
    const { person, put, ghostly, cwd, key } = await workplace({ 'flows/a.json': flow('#a') });
    await ghostly('flows', 'push', ALL);
    await put('flows/a.json', flow('#mine'));
    const store = {
      client: createClient({ url: gateway.url, apiKey: key }),
      project: person.projectId,
      signal: new AbortController().signal,
    };
    const [compared] = await compareFlows(store, await readLocalFlows(ALL, cwd));
    const path = `/v1/projects/${person.projectId}/flows/a`;
    await call(gateway, 'PUT', path, { as: person, body: { flow: flow('#theirs') } });
    expect(await storeCompared(store, compared!)).toMatchObject({ name: 'a', conflict: true });
    const { body } = await call(gateway, 'GET', path, { as: person });
    expect(body).toMatchObject({ version: 2, flow: flow('#theirs') });
  });

  it('is clean after a pull of what it was pushed as, and has what others stored', async () => {
    const odd = '{ "steps": [{"url":"/","action":"goto"}],\n  "baseUrl": "http://127.0.0.1:1" }';
    const { ghostly, git, person, read, put } = await workplace({
      'flows/shop/order.json': flow('#order', { project: 'Default' }),
      'flows/odd.json': odd,
    });
    await ghostly('flows', 'push', ALL);
    expect((await ghostly('flows', 'pull')).out).toBe(
      'odd: unchanged, version 1\nshop.order: unchanged, version 1',
    );
    expect(git('status', '--porcelain')).toBe('');
    const store = (name: string, content: unknown) =>
      call(gateway, 'PUT', `/v1/projects/${person.projectId}/flows/${name}`, {
        as: person,
        body: { flow: content },
      });
    await store('shop.order', flow('#pay'));
    await store('fresh', flow('#fresh'));
    expect((await ghostly('flows', 'pull', '--dry-run')).out).toContain(
      'fresh: would be written to flows/fresh.json',
    );
    expect(git('status', '--porcelain')).toBe('');
    await ghostly('flows', 'pull');
    expect(git('status', '--porcelain', '-uall')).toBe(' M flows/shop/order.json\n?? flows/fresh.json\n');
    expect(await read('flows/odd.json')).toBe(odd);
    expect(JSON.parse(await read('flows/shop/order.json'))).toEqual({ project: 'Default', ...flow('#pay') });
    expect((await ghostly('flows', 'diff', ALL)).out).toBe('no differences');
    await put('flows/fresh.json', 'not JSON');
    await ghostly('flows', 'pull');
    expect(JSON.parse(await read('flows/fresh.json'))).toEqual(flow('#fresh'));
  });

  it('is pulled into an empty one, and pushed from there to another project as it is', async () => {
    const { ghostly, person } = await workplace({ 'flows/shop/order.json': flow('#order') });
    await ghostly('flows', 'push', ALL);
    const other = await createPerson(gateway);
    await addMember(gateway, other.projectId, person, 'operator');
    await ghostly('flows', 'pull', 'copy');
    expect((await ghostly('flows', 'push', 'copy', '--project', other.projectId)).out).toBe(
      'shop.order: version 1',
    );
  });
});

describe('what cannot be pushed', () => {
  it('is named by file, and nothing is stored', async () => {
    const { ghostly } = await workplace({
      'flows/a.json': flow('#a'),
      'flows/b.json': { ...flow('#b'), inputs: { x: 1 } },
      'flows/c.json': { ...flow('#c'), steps: [{ action: 'fill', selector: '#pin', value: 'hunter2' }] },
    });
    const { code, err } = await ghostly('flows', 'push', ALL);
    expect(code).toBe(2);
    expect(err).toContain('flows/b.json: inputs: belongs to the start of a run, not to a named flow');
    expect(err).toContain('flows/c.json: steps.0.value: would be kept in a named flow');
    expect(err).not.toContain('hunter2');
    expect((await ghostly('flows')).out).toBe('no named flows');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a name that is none', { 'flows/Order.json': flow('#a') }, 'its name would be "Order"'],
    ['no JSON', { 'flows/a.json': '{' }, 'flows/a.json: is not JSON'],
    ['no object', { 'flows/a.json': '[]' }, 'flows/a.json: is not a flow'],
    ['one name twice', { 'flows/a/b.json': flow('#a'), 'flows/a.b.json': flow('#b') }, 'both are called a.b'],
  ])('is a file with %s', async (_, files, said) => {
    const { ghostly } = await workplace(files);
    expect(await ghostly('flows', 'push', ALL)).toMatchObject({
      code: 2,
      err: expect.stringContaining(said),
    });
  });

  it('is nothing at all, and a missing pattern', async () => {
    const { ghostly } = await workplace();
    for (const action of ['push', 'diff'])
      expect(await ghostly('flows', action, ALL)).toMatchObject({
        code: 2,
        err: `no file is found by ${ALL}`,
      });
    expect(await ghostly('flows', 'push')).toMatchObject({
      code: 2,
      err: expect.stringContaining('PATTERN is missing'),
    });
    expect(await ghostly('flows', 'list', '--dry-run')).toMatchObject({ code: 2 });
    expect(await ghostly('flows', 'pull', 'a', 'b')).toMatchObject({ code: 2 });
  });
});

describe('run --flow', () => {
  it('starts a named flow with inputs, in its newest version or another', async () => {
    const { ghostly, person } = await workplace({
      'flows/order.json': flow('${inputs.where}', {
        inputsSchema: { type: 'object', properties: { where: { type: 'string' } }, required: ['where'] },
      }),
    });
    await ghostly('flows', 'push', ALL);
    await ghostly('flows', 'push', ALL);
    const started = await ghostly(
      'run',
      '--flow',
      'order',
      '--input',
      'where=#buy',
      '--label',
      'nightly',
      '--json',
    );
    expect(started).toMatchObject({ code: 0, err: '' });
    const { id } = JSON.parse(started.out) as { id: string };
    const { body } = await call(gateway, 'GET', `/v1/runs/${id}`, { as: person });
    expect(body).toMatchObject({ flow: { name: 'order', version: 1 }, labels: ['nightly'] });
    expect((await ghostly('runs', '--flow', 'order', '--project', person.projectId)).out).toContain(
      'order@1',
    );
    const again = await ghostly(
      'run',
      '--flow',
      'order@1',
      '--input',
      'where=#x',
      '--base-url',
      'http://127.0.0.1:2',
    );
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('Started.') });
    expect(await ghostly('run', '--flow', 'order')).toMatchObject({
      code: 2,
      err: expect.stringContaining("inputs.where: must have required property 'where'"),
    });
    expect(await ghostly('run', '--flow', 'order@9', '--input', 'where=a')).toMatchObject({
      code: 2,
      err: expect.stringContaining('flow.version: names a version that the flow does not have'),
    });
  });

  it('takes a name or a file', async () => {
    const { ghostly } = await workplace();
    for (const args of [['--flow', 'Order'], ['--flow', 'a@x'], ['a.json', '--flow', 'a'], []])
      expect((await ghostly('run', ...args)).code).toBe(2);
  });
});
