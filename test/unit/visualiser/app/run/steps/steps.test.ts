/* Each step is shown as it stood at the moment, and a failed optional one fails no run. */
import { describe, expect, it } from 'vitest';
import { countSteps, momentAt } from '#shared/domain/story/moment.ts';
import { sayEnd } from '#shared/domain/words/say-end.ts';
import { stepRowsOf } from '../../../../../../services/visualiser/app/run/steps/steps.ts';
import { ladderOf } from '../../../../../../services/visualiser/app/run/stop/ladder.ts';
import { en } from '../../../../../../services/visualiser/app/text/en.ts';
import { es } from '../../../../../../services/visualiser/app/text/es.ts';
import { runChart } from '../../../../../../services/visualiser/build/chart.ts';
import {
  CANCELLED_RUN,
  eventsOf,
  isoAt,
  momentOf,
  moved,
  STARTED_AT,
} from '../../../../../support/model/stored-run.ts';

const stepsBy = (seq: number) => momentOf(seq).steps;
const outcomes = (seq: number) =>
  stepsBy(seq).map(({ phase, index, outcome }) => `${phase} ${index} ${outcome}`);

describe('the steps of a moment', () => {
  it('are those that had begun, with what had become of them', () => {
    expect(outcomes(3)).toEqual([]);
    expect(outcomes(4)).toEqual(['flow 0 running']);
    expect(outcomes(8)).toEqual(['flow 0 ok', 'flow 1 running']);
    expect(stepsBy(8)[0]).toMatchObject({
      began: { seq: 4, at: STARTED_AT + 120 },
      ended: { seq: 5, at: STARTED_AT + 320 },
    });
  });

  it('stay under way while an interrupted call has not returned, and are interrupted then', () => {
    expect(outcomes(10)).toEqual(['flow 0 ok', 'flow 1 running']);
    expect(outcomes(11)).toEqual(['flow 0 ok', 'flow 1 interrupted']);
    expect(outcomes(16)).toEqual(['flow 0 ok', 'flow 1 interrupted', 'onCancel 0 failed']);
  });

  it('of a lost attempt are interrupted, and do not count for the next', () => {
    const { steps } = momentOf(
      undefined,
      eventsOf([
        [1, 'step_start', { step: {} }, 0],
        [2, 'requeued', { attempt: 2, at: isoAt(2) }],
        [3, 'step_start', { step: {} }, 0],
        [4, 'step_success', { step: {} }, 0],
      ]),
    );
    expect(steps.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'interrupted'],
      [2, 'ok'],
    ]);
    expect(countSteps({ steps, attempt: 2 })).toMatchObject({ done: 1, failed: false });
    expect(countSteps({ steps, attempt: 1 })).toMatchObject({ done: 0, failed: false });
  });
});

describe('an optional step that failed', () => {
  const ACTING = 'running.stepping.acting';
  const moment = momentOf(
    undefined,
    eventsOf([
      [1, 'step_start', { step: { action: 'click' } }, 0],
      [2, 'step_failure', { step: { action: 'click' }, error: 'no element', optional: true, attempts: 3 }, 0],
      moved(2, ACTING, 'running.stepping.checkpoint', { cause: { kind: 'done', name: 'step' } }),
      [3, 'run_end', { status: 'fail', error: 'out of time', results: { total: 3 } }],
    ]),
  );

  it('counts as done, and not as what failed the run', () => {
    expect(moment.steps).toMatchObject([{ outcome: 'failed', optional: true, attempts: 3 }]);
    expect(countSteps(moment)).toEqual({ begun: 1, done: 1, failed: false });
    expect(moment.visits.at(-1)?.cause).toEqual({ kind: 'done', name: 'step' });
    expect(sayEnd({ status: 'fail', stopReason: 'deadline' }, moment, en.words).step).toBeUndefined();
  });

  it('is not said to have been done when the run passed, nor is one that was skipped', () => {
    const said = (payload: object, words = en.words) => {
      const events = eventsOf([
        [1, 'step_start', { step: {} }, 0],
        [2, 'step_failure', { step: {}, ...payload }, 0],
        [3, 'step_start', { step: {} }, 1],
        [4, 'step_success', { step: {}, skipped: true }, 1],
      ]);
      return sayEnd({ status: 'pass', stepCount: 3 }, momentOf(undefined, events), words).sentences;
    };
    expect(said({ optional: true })).toEqual([['3 steps: 1 done, 1 optional failed, 1 skipped.']]);
    expect(said({ optional: true }, es.words)).toEqual([
      ['Pasos: 3, hechos 1, opcionales fallidos 1, omitidos 1.'],
    ]);
  });

  it('is not shown before its end', () => {
    expect(momentAt(moment, 1).steps[0]).not.toHaveProperty('attempts');
  });
});

describe('the list of all steps', () => {
  const plan = ['goto', 'click', 'fill', 'press'].map((action) => ({ action }));
  const rowsAt = (seq: number, last: number) => {
    const at = (n: number) => momentOf(n, CANCELLED_RUN.slice(0, last));
    const { begun, later, planned, unknown } = stepRowsOf(at(seq), at(last), plan, 4);
    return [begun, later, planned].map((rows) => rows.map(({ index }) => index + 1)).concat([[unknown]]);
  };

  it('has those that have begun by the moment, later ones, and those of the flow that have not begun', () => {
    expect(rowsAt(8, 8)).toEqual([[1, 2], [], [3, 4], [0]]);
    expect(rowsAt(4, 8)).toEqual([[1], [2], [3, 4], [0]]);
    expect(rowsAt(0, 16)).toEqual([[], [1, 2, 1], [3, 4], [0]]);
  });

  it('counts the check of the victory, which is no step of the flow as it was posted', () => {
    expect(stepRowsOf(momentOf(8), momentOf(8), plan, 5)).toMatchObject({
      planned: [{ index: 2 }, { index: 3 }],
      unknown: 1,
    });
  });

  it('counts those ahead where the flow is not known', () => {
    const { begun, planned, unknown } = stepRowsOf(momentOf(8), momentOf(8), undefined, 4);
    expect([begun.length, planned.length, unknown]).toEqual([2, 0, 2]);
  });
});

describe('the ladder of a cancel', () => {
  const chart = runChart();
  const rungs = (seq: number) =>
    ladderOf(chart, momentOf(seq)).map(({ name, standing }) => `${name} ${standing}`);

  it('shows what was passed, where it is, what was not needed and what may come', () => {
    expect(rungs(11)).toEqual([
      'finishing skipped',
      'aborting passed',
      'cleaning current',
      'closing ahead',
      'killing ahead',
    ]);
  });

  it('has nothing ahead once the run is over', () => {
    expect(rungs(16)).toEqual([
      'finishing skipped',
      'aborting passed',
      'cleaning passed',
      'closing passed',
      'killing skipped',
    ]);
  });
});
