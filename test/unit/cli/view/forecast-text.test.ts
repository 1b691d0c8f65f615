/* The forecast of a migration says what each stage locks, for about how long, and who waits. */
import { expect, test } from 'vitest';
import { forecastStage } from '#shared/adapters/database/online/estimate.ts';
import { backfill, buildIndex, change, validateCheck } from '#shared/adapters/database/online/stage.ts';
import { forecastText } from '../../../../services/cli/view/forecast-text.ts';

const RUNS = { table: 'runs', rows: 1_000_000, bytes: 1_500_000_000 };
const SIZES = new Map([[RUNS.table, RUNS]]);
const ROWS = { first: {}, batch: async () => undefined, left: '' };

test('a forecast says of each stage what it locks, how, for about how long, and who waits', () => {
  const stages = [
    change('create the table one', {}, ''),
    change('add a column', { runs: 'access exclusive', one: 'share row exclusive' }, ''),
    validateCheck('runs', 'a_check'),
    buildIndex('runs', 'an_index', '(id)'),
    backfill('runs', 'fill the column', ROWS),
  ].map((stage) => forecastStage(stage, SIZES));
  expect(forecastText({ tables: [RUNS], migrations: [{ name: 'First', stages }] })).toEqual([
    '1 migration is pending. Nothing was changed.',
    '',
    'runs  1,000,000 rows  1,500 MB',
    '',
    'First',
    '  create the table one',
    '    locks nothing that is in use',
    '  add a column',
    '    locks runs, access exclusive, about 10 ms: reads and writes wait',
    '  check the rows of runs against a_check',
    '    locks runs, share update exclusive, about 7.5 s: nobody waits',
    '  build the index an_index of runs',
    '    locks runs, share update exclusive, about 20.0 s: nobody waits',
    '  fill the column',
    '    locks rows of runs in batches, about 1 m 00 s in all: a write waits for one batch at most',
    '',
    'A lock that is not free within 1.5 s is left to others and tried again. Times are rules of thumb.',
  ]);
});

test('what is to be filled may be known', () => {
  expect(forecastStage(backfill('runs', 'fill', ROWS), SIZES, 100).ms).toBe(16);
});

test('the forecast says so where no migration is pending', () => {
  expect(forecastText({ tables: [], migrations: [] })).toEqual(['No migration is pending.']);
});
