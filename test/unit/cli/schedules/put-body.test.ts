/* A schedule is put as its options or its file say, and a wrong one is refused with its reason. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FlowError } from '../../../../services/cli/flow/flow-file.ts';
import type { ScheduleValues } from '../../../../services/cli/schedules/options.ts';
import { putBody } from '../../../../services/cli/schedules/put-body.ts';

let folder: string;
const write = (name: string, content: string) => writeFile(join(folder, name), content);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedules-'));
});
afterAll(() => rm(folder, { recursive: true }));

const NONE = { watch: false, 'dry-run': false, json: false };
const body = (values: Partial<ScheduleValues>, file?: string) =>
  putBody({ ...NONE, ...values }, file, folder);

test('the options are the settings of the usual case', async () => {
  expect(await body({ cron: '@daily', flow: 'shop.order' })).toEqual({
    cron: '@daily',
    flow: { name: 'shop.order' },
    start: {},
  });
  const all = {
    cron: '30 2 * * *',
    timezone: 'Europe/Berlin',
    dst: 'skip',
    flow: 'shop.order@3',
    overlap: 'queue_one',
    'catch-up': 'all',
    inputs: '{"quantity": 2}',
    input: ['gift=true'],
    profile: 'shop',
  };
  expect(await body(all)).toEqual({
    cron: '30 2 * * *',
    timezone: 'Europe/Berlin',
    dst: 'skip',
    flow: { name: 'shop.order', version: 3 },
    overlap: 'queue_one',
    catchUp: { mode: 'all' },
    start: { inputs: { quantity: 2, gift: true }, profile: { name: 'shop' } },
  });
});

test('a file is the whole, without what a schedule only shows; the gateway checks the rest', async () => {
  const settings = { cron: '@daily', flow: { name: 'a' }, unknown: 1 };
  const shown = {
    name: 'nightly',
    version: 3,
    next: [],
    last: [],
    failures: 0,
    offsetMs: 0,
    by: 'ann@x.test',
  };
  await write('shown.json', `\uFEFF${JSON.stringify({ ...shown, ...settings })}`);
  expect(await body({}, 'shown.json')).toEqual(settings);
});

test.each([
  ['[]', 'is no schedule: expected an object with cron and flow'],
  ['{', 'is not JSON'],
])('a file with %s is refused', async (content, message) => {
  await write('bad.json', content);
  await expect(body({}, 'bad.json')).rejects.toThrow(FlowError);
  await expect(body({}, 'bad.json')).rejects.toThrow(`bad.json ${message}`);
  await expect(body({}, 'none.json')).rejects.toThrow('none.json cannot be read: no such file');
});
