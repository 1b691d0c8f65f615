/* What a run waits for is named in a few known files, and has one wording in every face. */
import { expect, it } from 'vitest';
import { FAILURE_REASONS } from '#shared/domain/events/failure-reasons.ts';
import { STATES } from '#shared/domain/run/state-table.ts';
import { WAIT_CODES } from '#shared/domain/story/waits.ts';
import { readSources } from '../../../support/source/boundaries.ts';

/** Where waits are named, determined and shown; all else asks these. */
const HOMES = [
  // What the states of the machine wait for, the table of waits, and what follows from a row or from events.
  ...['shared/domain/run/meaning.ts', 'shared/domain/story/waits.ts', 'shared/domain/story/wait-of.ts'],
  // What each means to clients, and what is said of it.
  ...['shared/api/contract/runs/waiting-for.ts', 'shared/domain/words/say.ts'],
  ...['shared/domain/words/en.ts', 'shared/domain/words/en-stopping.ts', 'shared/domain/words/es.ts'],
  // What follows from the rows of others, and from what the owner says of its page.
  ...['shared/adapters/database/run-views/queued-facts.ts', 'services/gateway/runs/waiting-for/owned.ts'],
  ...['services/gateway/cancel/waiting.ts', 'shared/adapters/database/run-views/queue-ages.ts'],
];
/** An example of the API, and metrics that are called likewise. */
const OTHERS = [
  'services/gateway/describe/examples/runs.ts',
  'services/runner/run/run-meter.ts',
  // How many wait for what.
  'shared/adapters/database/run-views/queue-causes.ts',
  'shared/domain/words/queue-causes.ts',
  'shared/platform/metrics/instruments.ts',
];

it('what a run waits for is named in a dozen files, and no face has a word of its own for it', () => {
  const others = new Set([
    ...Object.values(STATES).map(({ waitsFor }) => waitsFor as string),
    ...Object.keys(FAILURE_REASONS),
  ]);
  const own = WAIT_CODES.filter(
    (code) => code.includes('_') && !others.has(code) && code !== 'concurrency_key',
  );
  expect(own.length).toBeGreaterThan(12);
  const named = new RegExp(`\\b(${own.join('|')})\\b`);
  const found = readSources().filter(
    ({ path, code }) => /^(services|shared)\//.test(path) && named.test(code),
  );
  expect(found.map(({ path }) => path).toSorted()).toEqual([...HOMES, ...OTHERS].toSorted());
  expect(HOMES.length).toBeLessThanOrEqual(12);
});
