import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { useGhostly } from '../../support/cli/ghostly.ts';
import { eventually } from '../../support/eventually.ts';
import { type CliOptions, runCli, startCli } from '../../support/stack/cli.ts';
import { playAction, readAction } from './github-action.ts';

const { bench, envFor } = useGhostly();

interface Tested {
  id: string;
  status: string;
  cancel?: { reason?: string };
  tests: { name: string; status: string; quarantined: boolean; attempts: { error?: string }[] }[];
}

/** A folder with these files; `flow` makes one that visits the site of this bench. */
async function workplace(files: Record<string, unknown>): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'ghostly-tests-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, file)), { recursive: true });
    await writeFile(join(cwd, file), JSON.stringify(content));
  }
  return cwd;
}
const flow = (...steps: object[]) => ({ baseUrl: bench.site.url, steps });
const heading = (equals: string, timeoutMs = 500) => ({
  action: 'expect',
  is: 'text',
  selector: 'h1',
  equals,
  timeoutMs,
});
const visit = (url: string) => ({ action: 'goto', url });
const passing = () => flow(visit('/plain'), heading('Plain', 30_000));
const failing = () => flow(visit('/plain'), { action: 'snapshot' }, heading('Fancy'));
const hanging = (key: string) => flow(visit('/plain'), { ...visit(`/gate?${key}`), timeoutMs: 120_000 });

const flaky = () => flow(visit(`/flaky?${randomUUID()}`), heading('Whole', 30_000));

const ghostly = (cwd: string, args: string[], env: CliOptions['env'] = {}) =>
  runCli(['test', ...args], { env: { ...envFor(bench.client), ...env }, cwd });

async function readBatch(id: string): Promise<Tested> {
  const path = `/v1/projects/${await bench.client.project()}/batches/${id}`;
  const { body } = await bench.client.request('GET', path);
  return body as Tested;
}
/** The id in the first line of what it says. */
const batchIn = (line = ''): string => /^batch ([0-9a-f-]{36})/.exec(line)?.[1] ?? '';

describe('a batch of files', () => {
  test('has a line for each test, its failures and totals, and a report of each kind', async () => {
    const cwd = await workplace({
      'flows/shop/plain.json': passing(),
      'flows/shop/form.json': {
        ...flow(visit('/echo?${inputs.word}=1'), {
          ...heading('${inputs.word}=1', 30_000),
          selector: '#query',
        }),
        inputsSchema: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
      },
      'flows/shop/form.rows.json': [
        { inputs: { word: 'one' } },
        { inputs: { word: 'two' }, name: 'the second' },
      ],
      'flows/fancy.json': failing(),
      'flows/known.json': { ...failing(), labels: ['quarantine'] },
      'flows/flaky.json': flaky(),
    });
    const { code, out, err } = await ghostly(
      cwd,
      [
        ...['flows/**/*.json', '--retries', '1', '--name', 'all of them'],
        ...[
          '--junit',
          'out/junit.xml',
          '--ctrf',
          'out/ctrf.json',
          '--markdown',
          'out/summary.md',
          '--output',
          'batch.json',
        ],
      ],
      { GITHUB_STEP_SUMMARY: join(cwd, 'step.md') },
    );
    expect({ code, err }, out).toEqual({ code: 1, err: '' });
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^batch \S+ {2}6 tests, 8 at a time at most$/);
    for (const line of [
      /^ {2}✓ \d shop\.plain \(.+s\)$/,
      /^ {2}✓ \d shop\.form › word=one \(.+s\)$/,
      /^ {2}✓ \d shop\.form › the second \(.+s\)$/,
      /^ {2}✘ \d fancy \(.+s\) {2}failed at all 2 attempts$/,
      /^ {2}✘ \d known \(.+s\) {2}failed at all 2 attempts, quarantined$/,
      /^ {2}± \d flaky \(.+s\) {2}flaky, passed at attempt 2$/,
    ])
      expect(lines).toContainEqual(expect.stringMatching(line));
    expect(out).toMatch(/\n {2}1\) \d fancy .*\n {5}.*Fancy.*\n {5}picture: http.*\.png\n/);
    expect(lines.slice(-4)).toEqual([
      '  1 failed',
      '  1 flaky',
      '  1 quarantined, and failed',
      expect.stringMatching(/^ {2}3 passed \(.+s\)$/),
    ]);

    const batch = JSON.parse(await readFile(join(cwd, 'batch.json'), 'utf8')) as Tested;
    expect(batch).toEqual(await readBatch(batchIn(lines[0])));
    const junit = await readFile(join(cwd, 'out/junit.xml'), 'utf8');
    expect(junit).toMatch(/<testsuite [^>]*tests="6"/);
    expect(junit).toContain('<flakyFailure');
    const ctrf = JSON.parse(await readFile(join(cwd, 'out/ctrf.json'), 'utf8'));
    expect(ctrf.results.summary).toMatchObject({ tests: 6 });
    const markdown = await readFile(join(cwd, 'out/summary.md'), 'utf8');
    expect(markdown).toContain('fancy');
    expect(await readFile(join(cwd, 'step.md'), 'utf8')).toBe(`${markdown}\n`);
  });

  test('that was flaky fails only if that is asked for', async () => {
    const usual = await workplace({ 'a.json': flaky() });
    expect(await ghostly(usual, ['a.json', '--retries', '1'])).toMatchObject({ code: 0 });
    const strict = await workplace({ 'a.json': flaky() });
    const { code, out } = await ghostly(strict, ['a.json', '--retries', '1', '--fail-on-flaky', '--json']);
    expect(code, out).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ status: 'pass', tests: [{ name: 'a', status: 'flaky' }] });
  });

  test('which is refused names the file, and starts nothing: exit code 2', async () => {
    const inputsSchema = { type: 'object', properties: { pin: { type: 'string' } } };
    const secret = { action: 'fill', selector: '[name=name]', value: '${inputs.pin}' };
    const cwd = await workplace({
      'a.json': { ...flow(visit('/form'), secret), inputsSchema, inputs: { pin: '1234' } },
    });
    const { code, out, err } = await ghostly(cwd, ['a.json']);
    expect({ code, out }, err).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^ {2}a\.json: .+: would be typed as a secret/m);
    expect(err).not.toContain('1234');
  });

  test('whose report cannot be written ends all the same, and writes the others: exit code 5', async () => {
    const cwd = await workplace({ 'a.json': { ...passing(), foo: 1 } });
    expect(spawnSync('mkfifo', [join(cwd, 'pipe')]).status).toBe(0);
    const files = ['--output', 'pipe', '--junit', '/proc/x/y', '--ctrf', 'out.json'];
    const { code, err } = await ghostly(cwd, ['a.json', ...files]);
    expect(code, err).toBe(5);
    expect(err.split('\n')).toEqual([
      'Ignored in a.json, as the gateway does not know them: foo',
      expect.stringMatching(/^a report is missing: --output pipe: ENXIO/),
      expect.stringMatching(/^a report is missing: --junit \/proc\/x\/y: ENOENT/),
    ]);
    expect(await readFile(join(cwd, 'out.json'), 'utf8')).toContain('"results"');
  });

  test('stops at a failure if that is asked for', async () => {
    const cwd = await workplace({ 'a.json': failing(), 'b.json': passing() });
    const args = ['*.json', '--max-parallel', '1', '--stop-on-failure'];
    const { code, out } = await ghostly(cwd, args);
    expect(code, out).toBe(1);
    expect(out).toMatch(/^ {2}- 2 b {2}skipped$/m);
  });
});

describe('named flows', () => {
  test('are tested with the rows of a file', async () => {
    const path = `/v1/projects/${await bench.client.project()}/flows/tested`;
    const { status } = await bench.client.request('PUT', path, { body: { flow: passing() } });
    expect([200, 201]).toContain(status);
    const cwd = await workplace({ 'rows.json': [{ name: 'one' }, { name: 'two' }] });
    const { code, out } = await ghostly(cwd, ['--flow', 'tested', '--rows', 'rows.json']);
    expect(code, out).toBe(0);
    expect(out).toMatch(/^ {2}✓ 2 tested › two /m);
    expect(await ghostly(cwd, ['--flow', 'no-such-flow'])).toMatchObject({ code: 2, out: '' });
  });
});

describe('a batch that goes on', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s cancels it, and the reports are written: exit code %i', async (signal, code) => {
    const cwd = await workplace({ 'a.json': hanging(signal), 'b.json': hanging(signal) });
    const args = ['test', '*.json', '--max-parallel', '1', '--junit', 'out.xml'];
    const cli = startCli(args, { env: envFor(bench.client), cwd });
    await bench.site.asked(`/gate?${signal}`);
    cli.signal(signal);
    expect(await cli.exited, cli.out.join('\n')).toBe(code);
    expect(cli.err).toContain('cancelling the batch …');
    // It leaves after three seconds, also if its batch needs longer.
    expect([...cli.out, cli.err].join('\n')).toMatch(/ghostly test was interrupted|has not ended yet/);
    const batch = await eventually(async () => {
      const read = await readBatch(batchIn(cli.out[0]));
      expect(read).toMatchObject({ status: 'cancelled', cancel: { reason: 'ghostly test was interrupted' } });
      return read;
    });
    expect(batch.tests.map(({ attempts }) => attempts.length)).toEqual([1, 0]);
    expect(await readFile(join(cwd, 'out.xml'), 'utf8')).toContain('</testsuite>');
  });

  test('is cancelled by others: exit code 1', async () => {
    const cwd = await workplace({ 'a.json': hanging('others') });
    const cli = startCli(['test', 'a.json'], { env: envFor(bench.client), cwd });
    await bench.site.asked('/gate?others');
    await cli.said('batch ');
    const path = `/v1/projects/${await bench.client.project()}/batches/${batchIn(cli.out[0])}/cancel`;
    expect(await bench.client.request('POST', path, { body: { reason: 'a deploy' } })).toMatchObject({
      status: 202,
    });
    expect(await cli.exited, cli.out.join('\n')).toBe(1);
    expect(cli.out).toContainEqual(expect.stringMatching(/^ {2}cancelled by \S+: a deploy$/));
  });

  test('goes on without the command that only starts it', async () => {
    const cwd = await workplace({ 'a.json': hanging('detached') });
    const { code, out } = await ghostly(cwd, ['a.json', '--detach', '--output', 'batch.json']);
    expect(code, out).toBe(0);
    const id = batchIn(out);
    expect(JSON.parse(await readFile(join(cwd, 'batch.json'), 'utf8'))).toMatchObject({
      id,
      status: 'running',
    });
    await bench.site.asked('/gate?detached');
    bench.site.release('/gate?detached');
    await expect.poll(async () => (await readBatch(id)).status).toBe('pass');
  });

  test('outlives its gateway', async () => {
    const gateway = await bench.stack.start('gateway');
    const used = await bench.stack.clientOf(gateway);
    const cwd = await workplace({ 'a.json': hanging('outlives') });
    const cli = startCli(['test', 'a.json'], { env: envFor(used), cwd });
    await bench.site.asked('/gate?outlives');
    gateway.signal('SIGKILL');
    await gateway.exited;
    await cli.said('retrying');
    const again = await bench.stack.start('gateway', { PORT: new URL(used.url).port });
    bench.site.release('/gate?outlives');
    expect(await cli.exited, cli.out.join('\n')).toBe(0);
    await again.stop();
  });
});

describe('the action', () => {
  const job = () => Object.fromEntries(Object.entries(envFor(bench.client)).map(([k, v]) => [k, v ?? '']));

  test('has no expression in a script, and gives each input to its step', async () => {
    const { inputs, runs } = await readAction();
    expect(runs.using).toBe('composite');
    expect(runs.steps.filter(({ run }) => run.includes('${{'))).toEqual([]);
    const used = runs.steps.flatMap((step) =>
      Object.values({ ...step.env, cwd: step['working-directory'] ?? '' }),
    );
    const unused = Object.keys(inputs).filter(
      (name) => !used.some((text) => text.includes(`inputs.${name} `)),
    );
    expect(unused).toEqual([]);
  });

  test('runs the tests, and says what they came to', async () => {
    const folder = await workplace({ 'flows/a.json': passing(), 'flows/b.json': failing() });
    const given = { flows: 'flows/*.json\n', junit: 'out.xml', labels: 'one\ntwo', name: 'it’s "a" $(test)' };
    const played = await playAction(given, { folder, env: job() });
    expect(played.code, played.lines.join('\n')).toBe(1);
    const { batch = '', ...counts } = played.outputs;
    expect(counts).toMatchObject({ status: 'fail', tests: '2', passed: '1', failed: '1', flaky: '0' });
    expect(await readBatch(batch)).toMatchObject({ name: given.name, labels: ['one', 'two'] });
    expect(await readFile(join(folder, 'out.xml'), 'utf8')).toContain('<testsuite');
    expect(played.summary).toContain('b');
  });

  test('is made to do nothing else by what it is given', async () => {
    const folder = await workplace({ 'a.json': passing() });
    const hostile = '"; touch pwned; $(touch pwned) `touch pwned`';
    for (const [names, status] of [
      [['name', 'labels'], 'pass'],
      [['flows'], ''],
      [['local'], ''],
      [['base-url'], ''],
      [['retries'], ''],
    ] as const) {
      const given = { flows: 'a.json', ...Object.fromEntries(names.map((name) => [name, hostile])) };
      const { outputs } = await playAction(given, { folder, env: job() });
      expect(outputs.status, names.join()).toBe(status);
      await expect(readFile(join(folder, 'pwned'))).rejects.toMatchObject({ code: 'ENOENT' });
    }
  });
});
