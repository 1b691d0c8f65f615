/* A terminal says what a run waits for in the words of its page, or in those of a newer gateway. */
import { expect, test } from 'vitest';
import { createWaitNotes } from '../../../../services/cli/flow/wait-notes.ts';
import { isoAt } from '../../../support/model/stored-run.ts';

test('what a run has waited for a while is said in the words of its page, counted on', async () => {
  const noted = Promise.withResolvers<string>();
  const notes = createWaitNotes(noted.resolve);
  notes.hint({
    code: 'element_missing',
    for: 'as the gateway says it',
    at: isoAt(12_000),
    seq: 4,
    since: isoAt(0),
    until: isoAt(120_000),
    leadsTo: 'fail',
    step: 1,
    phase: 'flow',
    action: 'click',
    selector: '#never',
  });
  expect(await noted.promise).toMatch(
    /^No element matches #never\. Step 2 \(click\) has taken \d\d+ of 120 s; then the run fails\.$/,
  );
});

test('what a newer gateway knows is shown in its words', async () => {
  const noted = Promise.withResolvers<string>();
  createWaitNotes(noted.resolve).hint({
    for: 'what a newer gateway knows',
    at: isoAt(9_000),
    since: isoAt(0),
  });
  expect(await noted.promise).toBe('what a newer gateway knows');
});
