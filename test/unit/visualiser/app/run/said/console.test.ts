/* All that pages said in a run is shown in order and by step, and what may explain a failure is marked. */
import { describe, expect, it } from 'vitest';
import type { Said } from '#shared/domain/events/said.ts';
import { historyOf } from '#shared/domain/story/evolve.ts';
import { isNotable } from '#shared/domain/story/notable.ts';
import {
  linesOf,
  passes,
  type SaidFilter,
  saidFilters,
} from '../../../../../../services/visualiser/app/run/said/console.ts';
import { toneOfSaid } from '../../../../../../services/visualiser/app/run/said/said-tone.ts';
import { eventsOf, moved, STARTED_AT } from '../../../../../support/model/stored-run.ts';

const step = { step: { action: 'goto', url: '/' } };
const loaded: Said = { kind: 'navigation', url: 'https://shop.test/', status: 200, ms: 90 };
const broken: Said = { kind: 'navigation', url: 'https://shop.test/buy', status: 500, ms: 12 };
const logged: Said = { kind: 'console', level: 'info', text: 'hello' };
const warned: Said = { kind: 'console', level: 'warning', text: 'old', count: 3 };
const hanging: Said = { kind: 'request', method: 'GET', url: '/api', pending: true, ms: 2_100 };

const history = historyOf(
  STARTED_AT,
  eventsOf([
    moved(10, 'running.stepping.checkpoint', 'running.stepping.acting'),
    [10, 'step_start', step, 0],
    [20, 'page_said', { said: [loaded, logged] }, 0],
    [30, 'step_success', step, 0],
    [40, 'step_start', step, 1],
    [50, 'page_said', { said: [broken] }, 1],
    [60, 'page_said', { said: [warned, hanging] }, 1],
  ]),
);

describe('the console of a run', () => {
  it('has what the page said in all steps, in its order, each with its step', () => {
    const lines = linesOf(history.steps);
    expect(lines.map(({ said, step: { index } }) => [index, said])).toMatchObject([
      [0, loaded],
      [0, logged],
      [1, broken],
      [1, warned],
      [1, hanging],
    ]);
    const shown = (filter: SaidFilter) =>
      lines.filter((line) => passes(line, filter)).map(({ said }) => said);
    expect(shown('console')).toMatchObject([logged, warned]);
    expect(shown('notable')).toMatchObject([broken, warned, hanging]);
  });

  it('can be filtered by what there is, and not where that would change nothing', () => {
    expect(saidFilters(linesOf(history.steps))).toEqual([
      { filter: 'all', count: 5 },
      { filter: 'notable', count: 3 },
      { filter: 'navigation', count: 2 },
      { filter: 'console', count: 2 },
      { filter: 'request', count: 1 },
    ]);
    expect(saidFilters([])).toEqual([{ filter: 'all', count: 0 }]);
  });
});

describe('what a page said', () => {
  it('is notable if it may be why a step did not get on', () => {
    expect([loaded, broken, logged, warned, hanging].map(isNotable)).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
    expect(isNotable({ kind: 'navigation', error: 'net::ERR_FAILED' })).toBe(true);
    expect(isNotable({ kind: 'dialog', dialog: 'alert', text: 'Sold out' })).toBe(true);
    expect([loaded, broken, logged, warned, hanging].map(toneOfSaid)).toEqual([
      'quiet',
      'fail',
      'quiet',
      'warning',
      'warning',
    ]);
  });
});
