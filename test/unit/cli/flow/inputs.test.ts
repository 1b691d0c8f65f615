/* An input that is typed as an option is read as JSON or as text, and counts more than one of a file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UsageError } from '../../../../services/cli/command.ts';
import { parseFlow } from '../../../../services/cli/flow/flow-file.ts';
import { inputsOf } from '../../../../services/cli/flow/inputs.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inputs-'));
  await writeFile(join(folder, 'in.json'), '\uFEFF{"rows": 1, "who": "Ann"}');
  await writeFile(join(folder, 'list.json'), '[1]');
  await writeFile(join(folder, 'none.json'), '{');
});
afterAll(() => rm(folder, { recursive: true }));

test('an input is JSON, or text if it is none; the option goes before the file', async () => {
  const input = ['rows=2', 'zip=01234', 'deep={"a":[1]}', 'empty=', 'two=a=b', 'yes=true', 'quoted="2"'];
  expect(await inputsOf({ input, inputs: 'in.json' }, folder)).toEqual({
    rows: 2,
    who: 'Ann',
    zip: '01234',
    deep: { a: [1] },
    empty: '',
    two: 'a=b',
    yes: true,
    quoted: '2',
  });
  expect(await inputsOf({}, folder)).toBeUndefined();
});

test('inputs that begin with a brace are no file', async () => {
  expect(await inputsOf({ inputs: ' {"rows": 1}', input: ['who=Ann'] }, folder)).toEqual({
    rows: 1,
    who: 'Ann',
  });
});

test.each([
  [{ inputs: '{rows: 1}' }, '--inputs is not JSON'],
  [{ input: ['rows'] }, '--input needs NAME=VALUE, not "rows"'],
  [{ inputs: 'list.json' }, 'list.json must have a JSON object of inputs'],
  [{ inputs: 'none.json' }, 'none.json is not JSON'],
])('%j is refused', async (values, message) => {
  const given = inputsOf(values, folder);
  await expect(given).rejects.toThrow(UsageError);
  await expect(given).rejects.toThrow(message);
});

test('a flow may name inputs that only the options give; those of its file stay', () => {
  const flow = {
    baseUrl: 'http://a.test',
    inputs: { a: 1 },
    steps: [{ action: 'goto', url: '/${inputs.page}' }],
  };
  const json = JSON.stringify(flow);
  expect(() => parseFlow('a.json', json)).toThrow('not a valid flow');
  expect(parseFlow('a.json', json, { page: 'x' }).flow.inputs).toEqual({ a: 1, page: 'x' });
});
