/* A receipt at the terminal has a line for each hop, or says what the cancel still waits for. */
import { expect, test } from 'vitest';
import type { Receipt } from '#shared/api/client/index.ts';
import { summaryOf } from '../../../../services/cli/bulk-cancel/follow-job.ts';
import { bulkOf, filtersOf, selectionOf } from '../../../../services/cli/bulk-cancel/selection.ts';
import { dryRunText } from '../../../../services/cli/view/dry-run-text.ts';
import { createPalette } from '../../../../services/cli/view/palette.ts';
import { receiptLines } from '../../../../services/cli/view/receipt-text.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const OWNER = '22222222-2222-4222-8222-222222222222';
const at = '2026-11-25T12:00:00.120Z';
const lines = (receipt: Receipt) => receiptLines(receipt, createPalette(false));

const DONE: Receipt = {
  id: ID,
  status: 'fail',
  state: 'fail',
  requested: {
    at,
    source: 'user',
    mode: 'graceful',
    reason: 'enough \x1b[5mseen',
    user: { id: OWNER, email: 'ana@example.com' },
    key: { id: OWNER, label: 'laptop' },
  },
  stored: { at, ms: 0.4 },
  delivered: { at, ms: 1.9, owner: OWNER, epoch: 1, via: 'command', state: 'running.stepping.acting' },
  abortRaised: { at, ms: 0.2, state: 'running.stepping.acting', stepIndex: 1 },
  callInterrupted: { at, ms: 1.1 },
  onCancelDone: { at, ms: 30, ok: 1, failed: 0 },
  contextClosed: { at, ms: 12 },
  browser: { outcome: 'alive', pid: 77 },
  evidence: { steps: 2, screenshots: 1, video: false },
  final: { at, ms: 0.9 },
  totalMs: 46.5,
};

test('a receipt has a line for each hop, with its time and a bar to scale', () => {
  const shown = lines(DONE);
  expect(shown.slice(0, 3)).toEqual([
    `cancel of ${ID}  fail`,
    'by ana@example.com with the key laptop, graceful: enough seen',
    '',
  ]);
  expect(shown[3]).toMatch(/^● requested {12}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.120$/);
  expect(shown.slice(4)).toEqual([
    '│ stored                0.4 ms                    from here on the run ends as cancelled',
    '│ delivered             1.9 ms  ▇                 to runner 22222222, claim 1, reached directly, in running.stepping.acting',
    '│ abort raised          0.2 ms                    interrupts step 2, in running.stepping.acting',
    '│ call interrupted      1.1 ms  ▇',
    '│ onCancel steps done  30.0 ms  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇  1 done, 0 failed',
    '│ context closed       12.0 ms  ▇▇▇▇▇▇            browser stays open for other runs (pid 77)',
    '■ final                 0.9 ms                    cancelled',
    '  total                46.5 ms',
    '',
    'kept: 2 steps, 1 picture',
  ]);
});

test('while a run is still stopping, the receipt says what it waits for and what comes next', () => {
  const { id, requested, stored, delivered, abortRaised, evidence } = DONE;
  const shown = lines({
    id,
    requested,
    evidence,
    ...(stored && { stored }),
    ...(delivered && { delivered }),
    ...(abortRaised && { abortRaised }),
    status: 'cancelling',
    state: 'cancelling.closing',
    waiting: {
      code: 'context_close',
      for: 'the context to close',
      next: { state: 'cancelling.killing', at, inMs: 1_200 },
    },
  });
  expect(shown[0]).toBe(`cancel of ${ID}  cancelling.closing`);
  expect(shown.at(-3)).toBe('◌ waits for the context to close, then cancelling.killing in 1.2 s');
  expect(shown.join('\n')).not.toContain('total');
});

test('a cancel without an owner to hear it is shown as such', () => {
  const shown = lines({
    id: ID,
    status: 'fail',
    state: 'fail',
    requested: { at, source: 'shutdown', mode: 'force' },
    browser: { outcome: 'unknown' },
    evidence: { steps: 0, screenshots: 2, video: true },
    final: { at, ms: 61_000, stale: true },
    totalMs: 61_000,
  });
  expect(shown[1]).toBe('by a runner that shut down, force');
  expect(shown[4]).toMatch(
    /^■ final {6}1 m 01 s {2}▇{16} {2}cancelled, its runner was lost, state of the browser unknown$/,
  );
  expect(shown.at(-1)).toBe('kept: 0 steps, 2 pictures, a video');
});

test('a dry run tells the states, the step and by when it would be over', () => {
  const dry = {
    ok: true,
    id: ID,
    dryRun: true,
    status: 'cancelling',
    from: 'running.stepping.acting',
    path: ['cancelling.aborting', 'fail'],
    step: { index: 1, action: 'click', atomic: true },
    onCancelSteps: 2,
    withinMs: 2_500,
  } as const;
  expect(dryRunText({ ...dry, path: [...dry.path] })).toEqual([
    `would be cancelling: ${ID}`,
    '  running.stepping.acting → cancelling.aborting → fail',
    '  step 2 (click) is atomic: the cancel would wait for it',
    '  2 onCancel steps would run',
    '  would end within 2.5 s; nothing was done',
  ]);
});

test.each([
  [{ matched: 0 }, '0 runs'],
  [{ matched: 1, cancelled: 1 }, '1 run: 1 cancelled'],
  [
    { matched: 10_000, cancelled: 10_000 },
    '10000 runs (the oldest; there may be more, cancel again): 10000 cancelled',
  ],
  [
    { matched: 5, cancelled: 1, cancelling: 1, alreadyFinal: 2, failed: 1 },
    '5 runs: 1 cancelled, 1 cancelling, 2 had already ended, 1 not cancelled',
  ],
])('a bulk cancel with the counts %o is summed up as "%s"', (counts, text) => {
  const none = { cancelled: 0, cancelling: 0, alreadyFinal: 0, failed: 0, failures: [] };
  const job = {
    ok: true,
    id: ID,
    status: 'done',
    createdAt: at,
    userId: OWNER,
    mode: 'graceful',
    ...none,
    ...counts,
  } as const;
  expect(summaryOf({ ...job, failures: [] })).toBe(text);
});

test('no filter at all is asked for by name; one run is looked for among running and cancelling ones', () => {
  expect(bulkOf(selectionOf({}, undefined, 0))).toEqual({ all: true });
  const now = Date.parse('2026-11-25T12:00:00.000Z');
  const selection = selectionOf({ context: 'c', since: '2h', 'older-than': '1h' }, 'p', now);
  expect(bulkOf(selection)).toEqual({
    project: 'p',
    contextId: 'c',
    since: '2026-11-25T10:00:00.000Z',
    until: '2026-11-25T11:00:00.000Z',
  });
  const filter = { project: 'p', contextId: 'c', since: '2026-11-25T10:00:00.000Z' };
  expect(filtersOf(selection)).toEqual([
    { ...filter, status: 'running' },
    { ...filter, status: 'cancelling' },
  ]);
});
