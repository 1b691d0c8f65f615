/* I4, I13: no kind of flood keeps a run beside it, on the same runner, from its end beyond its grace budget. */
import { test } from 'vitest';
import { FLOODS, type Flood } from '../../../../support/sites/flood-site.ts';
import { besideFlood } from './beside-flood.ts';

test.each(Object.keys(FLOODS) as Flood[])(
  'I4, I13: a page that floods with %s keeps the run beside it from its end no longer than its grace budget',
  { timeout: 40_000 },
  besideFlood,
);
