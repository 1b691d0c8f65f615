import { expect, it } from 'vitest';
import { FAILURE_REASONS } from '#shared/events/failure-reasons.ts';
import { STATES } from '#shared/run/state-table.ts';
import { WAIT_CODES } from '#shared/story/waits.ts';
import { readSources } from '../../support/source/boundaries.ts';

/** Where waits are named, determined and told; all else asks these. */
const HOMES = [
  // What the states of the machine wait for, the table of waits, and what follows from a row or from events.
  ...['shared/run/meaning.ts', 'shared/story/waits.ts', 'shared/story/wait-of.ts'],
  // What each means to clients, and what is said of it.
  ...['shared/contract/waiting-for.ts', 'shared/words/say.ts'],
  ...['shared/words/en.ts', 'shared/words/en-stopping.ts', 'shared/words/es.ts'],
  // What follows from the rows of others, and from what the owner says of its page.
  ...['services/gateway/runs/waiting-for/queued.ts', 'services/gateway/runs/waiting-for/owned.ts'],
  ...['services/gateway/cancel/waiting.ts', 'shared/database/run-views/queue-ages.ts'],
];
/** An example of the API, and metrics that are called likewise. */
const OTHERS = [
  'services/gateway/describe/examples/runs.ts',
  'services/runner/run/run-meter.ts',
  'shared/metrics/instruments.ts',
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
