import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { filesOf, lonelyRows, readLocalFlows } from '../../../../services/cli/flows/local-flows.ts';

test('rows of inputs are no flows, whatever pattern finds them', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'ghostly-rows-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  for (const file of ['order.json', 'order.rows.json', 'lonely.rows.json'])
    await writeFile(join(cwd, file), file.includes('rows') ? '[]' : '{"steps": []}');
  const names = async (pattern: string) => (await readLocalFlows(pattern, cwd)).map(({ name }) => name);
  expect(await names('*.json')).toEqual(['order']);
  expect(await names('.')).toEqual(['order']);
  expect(await filesOf('order.rows.json', cwd)).toEqual([]);
  expect(await lonelyRows('*.json', cwd)).toEqual(['lonely.rows.json']);
  expect(await lonelyRows('order.json', cwd)).toEqual([]);
  await expect(names('order.rows.json')).rejects.toThrow('no file is found');
});
