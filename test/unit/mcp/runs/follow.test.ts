/* I16: an agent gets each event of a run in one line, and learns that a runner was lost. */
import { describe, expect, it } from 'vitest';
import type { AssistEntry } from '#shared/api/client/index.ts';
import type { RunEvent } from '#shared/domain/events/events.ts';
import { createMessages } from '../../../../services/mcp/runs/follow.ts';
import { moved, STORED_RUN, storedOf } from '../../../support/model/stored-run.ts';

const messagesOf = (events: RunEvent[]): string[] => {
  const tell = createMessages();
  return events.map((event) => tell({ kind: 'assist', ...event } as AssistEntry));
};

const step = { action: 'click', selector: '#buy' };
const ACTING = 'running.stepping.acting';

describe('the progress of a run', () => {
  it('is each of its events in one line, with steps from 1', () => {
    expect(messagesOf(STORED_RUN)).toEqual([
      'running.launching',
      'running.stepping.checkpoint',
      ACTING,
      'step 1 begins: "goto /"',
      'step 1 is done',
      'running.stepping.checkpoint',
      ACTING,
      'step 2 begins: "click #buy"',
      'cancel',
      'cancelling.aborting',
      'cancelling.cleaning',
      'onCancel step 1 begins: "goto /"',
      'onCancel step 1 failed: "no page"',
      'cancelling.closing',
      'fail',
      'cancelled',
    ]);
  });

  it('I16: of a run that has lost its runner is that it was lost, and that its step was interrupted', () => {
    const lost = storedOf([
      moved(0, 'running.queued', ACTING),
      [10, 'step_start', { step }, 0],
      [20, 'step_failure', { step, error: 'interrupted: its runner was lost', interrupted: true }, 0],
      moved(20, ACTING, 'fail'),
      [20, 'run_end', { status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true }],
    ]);
    expect(messagesOf(lost)).toEqual([
      ACTING,
      'step 1 begins: "click #buy"',
      'step 1 was interrupted: "interrupted: its runner was lost"',
      'fail',
      'lost',
    ]);
  });

  it('names an event that this version does not know, and a step that was announced and did not begin', () => {
    const events = storedOf([
      moved(0, 'running.queued', ACTING),
      [10, 'of_tomorrow', { what: 1 }],
      [10, 'step_start', { step }, 0],
      [20, 'step_failure', { step, error: 'not begun: the run was cancelled', begun: false }, 0],
    ]);
    expect(messagesOf(events).slice(1)).toEqual([
      'of_tomorrow',
      'step 1 begins: "click #buy"',
      'step 1 does not begin any more',
    ]);
  });
});
