/* A file with rows of inputs is never taken for a flow. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { filesBeside, filesOf, readLocalFlows } from '../../../../services/cli/flows/local-flows.ts';

test('rows of inputs are no flows, whatever pattern finds them', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'ghostly-rows-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  for (const file of ['order.json', 'order.rows.json', 'lonely.rows.json'])
    await writeFile(join(cwd, file), file.includes('rows') ? '[]' : '{"steps": []}');
  const names = async (pattern: string) => (await readLocalFlows(pattern, cwd)).map(({ name }) => name);
  expect(await names('*.json')).toEqual(['order']);
  expect(await names('.')).toEqual(['order']);
  expect(await filesOf('order.rows.json', cwd)).toEqual([]);
  expect((await filesBeside('*.json', cwd)).rows.toSorted()).toEqual(['lonely.rows.json', 'order.rows.json']);
  expect(await filesBeside('order.json', cwd)).toEqual({ flows: ['order.json'], rows: [] });
  await expect(names('order.rows.json')).rejects.toThrow('no file is found');
});
