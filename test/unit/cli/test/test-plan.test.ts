/* A batch has the flows, rows and options that were typed, and an error names the file that is wrong. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { command } from '../../../../services/cli/commands/test.ts';
import { parse } from '../../../../services/cli/dispatch.ts';
import { errorText } from '../../../../services/cli/error-text.ts';
import type { TestValues } from '../../../../services/cli/test/options.ts';
import { planTests } from '../../../../services/cli/test/test-plan.ts';

const FLOW = { baseUrl: 'http://127.0.0.1:1', steps: [{ action: 'goto', url: '/' }] };

/** The batch that these files and words make, or the error in words. */
async function plan(files: Record<string, unknown>, words: string[], env: Record<string, string> = {}) {
  const cwd = await mkdtemp(join(tmpdir(), 'ghostly-plan-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, file)), { recursive: true });
    await writeFile(join(cwd, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const { values, positionals } = parse(command, words);
  return planTests(values as TestValues, positionals, { env, cwd });
}
const refused = (...args: Parameters<typeof plan>): Promise<string> =>
  plan(...args).then(
    () => 'not refused',
    (error: unknown) => errorText(error),
  );

describe('files', () => {
  test('become flows by the names of their paths, with what belongs to a start beside them', async () => {
    const order = {
      site: 'sample-shop',
      project: 'Shop',
      name: 'A mug',
      labels: ['checkout'],
      inputs: { article: 'mug' },
      maxDurationMs: 60_000,
      contextId: 'nightly',
      profile: { name: 'shop' },
      ...FLOW,
    };
    const { body, project, visits } = await plan(
      { 'flows/shop/order.json': order, 'flows/home.json': FLOW },
      ['flows/**/*.json'],
    );
    const { site, profile } = order;
    expect(body.flows).toEqual([
      { flow: { name: 'home', definition: FLOW } },
      {
        flow: { name: 'shop.order', definition: { site, profile, ...FLOW } },
        rows: [{ name: 'A mug', inputs: { article: 'mug' } }],
        labels: ['checkout'],
        start: { maxDurationMs: 60_000, contextId: 'nightly' },
      },
    ]);
    expect(project).toBe('Shop');
    expect(visits).toEqual([
      { site: undefined, flow: { baseUrl: FLOW.baseUrl } },
      { site: 'sample-shop', flow: { baseUrl: FLOW.baseUrl } },
    ]);
  });

  test('have their rows beside them: a row counts more than its file, and an option more than a row', async () => {
    const { body } = await plan(
      {
        'order.json': { ...FLOW, name: 'unused', inputs: { article: 'mug', quantity: 1 } },
        'order.rows.json': [{ inputs: { quantity: 2 }, name: 'two', labels: ['quarantine'] }, {}],
      },
      ['*.json', '--input', 'article=lamp'],
    );
    expect(body.flows[0]?.rows).toEqual([
      { name: 'two', inputs: { article: 'lamp', quantity: 2 }, labels: ['quarantine'] },
      { inputs: { article: 'lamp', quantity: 1 } },
    ]);
  });

  test('that several patterns find are tested once', async () => {
    const { body } = await plan({ 'a.json': FLOW, 'b.json': FLOW }, ['a.json', '*.json']);
    expect(body.flows.map(({ flow }) => flow.name)).toEqual(['a', 'b']);
  });

  test('are found with their rows where a shell has expanded the pattern, whatever comes first', async () => {
    const files = { 'sub/rows.json': FLOW, 'sub/rows.rows.json': [{ inputs: { n: 1 } }] };
    for (const words of [
      ['sub/rows.json', 'sub/rows.rows.json'],
      ['sub/rows.rows.json', './sub/rows.json'],
    ])
      expect((await plan(files, words)).body.flows).toMatchObject([
        { flow: { name: 'rows' }, rows: [{ inputs: { n: 1 } }] },
      ]);
  });

  test('say which of their fields mean nothing', async () => {
    const step = { ...FLOW.steps[0], wait: 1 };
    const { ignored } = await plan(
      { 'a.json': { ...FLOW, foo: 1, maxDuratoinMs: 5, flow: {}, steps: [step] }, 'b.json': FLOW },
      ['*.json'],
    );
    expect(ignored).toEqual([{ file: 'a.json', fields: ['foo', 'maxDuratoinMs', 'flow', 'steps.0.wait'] }]);
  });

  test.each<[string, Record<string, unknown>, string[], RegExp]>([
    [
      'the rows of a flow that is not given',
      { 'a.json': FLOW, 'a.rows.json': [{}] },
      ['a.rows.json'],
      /^a\.rows\.json has rows of a\.json: give that file$/,
    ],
    ['none', {}, ['*.json'], /^no file is found by \*\.json$/],
    [
      'a pattern that finds none',
      { 'a.json': FLOW },
      ['a.json', 'b*.json'],
      /^no file is found by b\*\.json$/,
    ],
    ['rows alone', { 'a.rows.json': [{}], 'b.json': FLOW }, ['*.json'], /^a\.rows\.json: there is no flow/],
    [
      'one name twice',
      { 'a/x.json': FLOW, 'b/x.json': FLOW },
      ['a', 'b'],
      /are both called x|both are called x/,
    ],
    [
      'two projects',
      { 'a.json': { ...FLOW, project: 'A' }, 'b.json': { ...FLOW, project: 'B' } },
      ['*.json'],
      /different projects/,
    ],
    [
      'a step that is none',
      { 'a.json': { ...FLOW, steps: [{ action: 'fly' }] } },
      ['a.json'],
      /^ {2}a\.json: steps\.0\.action: /m,
    ],
    ['inputs that are none', { 'a.json': { ...FLOW, inputs: [1] } }, ['a.json'], /^ {2}a\.json: inputs: /m],
    ['a name that is none', { 'a.json': { ...FLOW, name: 7 } }, ['a.json'], /^ {2}a\.json: name: /m],
    ['what no test can have', { 'a.json': { ...FLOW, cancelPrevious: true } }, ['a.json'], /^ {2}a\.json: /m],
    ['rows that are none', { 'a.json': FLOW, 'a.rows.json': {} }, ['a.json'], /^a\.rows\.json has no rows/],
    ['no row', { 'a.json': FLOW, 'a.rows.json': [] }, ['a.json'], /^a\.rows\.json has no rows/],
    [
      'inputs in place of a row',
      { 'a.json': FLOW, 'a.rows.json': [{ quantity: 2 }] },
      ['a.json'],
      /^a\.rows\.json: 0 has the field quantity: expected \{"inputs"/,
    ],
    [
      'a row that is wrong',
      { 'a.json': FLOW, 'a.rows.json': [{}, { labels: 'x' }] },
      ['a.json'],
      /^ {2}a\.rows\.json: 1\.labels: /m,
    ],
    [
      'a typed secret',
      { 'a.json': { ...FLOW, steps: [...FLOW.steps, { action: 'fill', selector: 'a', value: 'b' }] } },
      ['a.json'],
      /^ {2}a\.json: steps\.1\.value: /m,
    ],
  ])('with %s are refused, with their place', async (_, files, words, text) => {
    expect(await refused(files, words)).toMatch(text);
  });
});

describe('options', () => {
  const files = { 'a.json': { ...FLOW, maxDurationMs: 1_000, queueTimeoutMs: 2_000 } };

  test('say how the batch is run, and count more than what a file says', async () => {
    const { body } = await plan(files, [
      ...['a.json', '--name', 'nightly', '--label', 'x', '--retries', '2', '--max-parallel', '3'],
      ...[
        '--stop-on-failure',
        '--base-url',
        'http://127.0.0.1:2',
        '--profile',
        'shop',
        '--max-duration',
        '5s',
      ],
    ]);
    expect(body).toEqual({
      name: 'nightly',
      labels: ['x'],
      retries: 2,
      maxParallel: 3,
      stopOnFailure: true,
      start: { baseUrl: 'http://127.0.0.1:2', profile: { name: 'shop' }, maxDurationMs: 5_000 },
      flows: [{ flow: { name: 'a', definition: FLOW }, start: { queueTimeoutMs: 2_000 } }],
    });
  });

  test('name flows of the project, with the rows of a file', async () => {
    const rows = { 'rows.json': [{ inputs: { n: 1 } }, { inputs: { n: 2 } }] };
    const one = await plan(rows, ['--flow', 'shop.order@3', '--rows', 'rows.json']);
    expect(one.body.flows).toEqual([
      { flow: { name: 'shop.order', version: 3 }, rows: [{ inputs: { n: 1 } }, { inputs: { n: 2 } }] },
    ]);
    const { body } = await plan({}, ['--flow', 'a', '--flow', 'b', '--input', 'n=1']);
    expect(body.flows).toEqual([
      { flow: { name: 'a' }, rows: [{ inputs: { n: 1 } }] },
      { flow: { name: 'b' }, rows: [{ inputs: { n: 1 } }] },
    ]);
  });

  test.each([
    [{ GITHUB_REF_NAME: 'main', GITHUB_SHA: '3f2a1c4d5e' }, 'main, commit 3f2a1c4'],
    [{ CI_COMMIT_REF_NAME: 'fix/\x1b[1mit', CI_COMMIT_SHA: 'abcdef0123' }, 'fix/it, commit abcdef0'],
    [{ GITHUB_REF_NAME: 'main' }, 'main'],
    [{}, undefined],
    [{ GITHUB_REF_NAME: `${'x'.repeat(199)}🙂` }, 'x'.repeat(199)],
  ])('leave the name to CI: %o is %s', async (env, name) => {
    expect((await plan(files, ['a.json'], env)).body.name).toBe(name);
  });

  test.each([
    [[], 'missing argument'],
    [['a.json', '--flow', 'b'], 'give files or --flow, not both'],
    [['--flow', 'A B'], '--flow needs NAME'],
    [['--flow', 'a', '--flow', 'b', '--rows', 'a.json'], '--rows is for one flow'],
    [['a.json', '--retries', '9'], '--retries must be a whole number from 0 to 5'],
    [['a.json', '--max-parallel', '0'], '--max-parallel must be a whole number from 1 to 100'],
    [['a.json', '--detach', '--junit', 'x'], '--junit is not for --detach'],
    [['a.json', '--detach', '--local'], '--local is not for --detach'],
    [['a.json', '--junit', ''], '--junit needs the name of a file'],
    [['a.json', '--output', '.'], '--output needs a file, and . is a folder'],
    [['a.json', '--ctrf', 'x/'], '--ctrf needs a file, and x/ is a folder'],
    [['a.json', '--junit', 'x', '--ctrf', './x'], '--junit and --ctrf name the same file'],
    [['a.json', '--base-url', 'nowhere'], '  --base-url: '],
    [['a.json', '--profile', 'A B!'], '  --profile: '],
    [['a.json', '--label', ''], '  --label: '],
    [['a.json', '--local', '--project', 'x'], '--project is not for --local'],
  ])('%j are refused', async (words, text) => {
    expect(await refused(files, words)).toContain(text);
  });
});
