/* It is said in two languages what a run waits for and why it ended, and nothing that is not known. */
import { describe, expect, it } from 'vitest';
import { FAILURE_REASONS } from '#shared/domain/events/failure-reasons.ts';
import { STOP_REASONS } from '#shared/domain/run/stop-reason.ts';
import { waitAt } from '#shared/domain/story/wait-of.ts';
import { WAIT_CODES } from '#shared/domain/story/waits.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { spanishWords } from '#shared/domain/words/es.ts';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import { type Facts, say, sayWaited } from '#shared/domain/words/say.ts';
import { sayEnd } from '#shared/domain/words/say-end.ts';
import { eventsOf, isoAt, momentOf, moved, STARTED_AT } from '../../../support/model/stored-run.ts';

const saidOf = (facts: Facts, afterMs: number, words = englishWords) =>
  textOfSentences(say(facts, words, STARTED_AT + afterMs));

const HOLDER = '54e3a6a1-0000-4000-8000-000000000000';
const WHOLE: Facts = {
  since: isoAt(0),
  until: isoAt(120_000),
  leadsTo: 'fail',
  labels: ['gpu'],
  unavailable: 'no_browser',
  concurrencyKey: 'nightly',
  heldBy: HOLDER,
  limit: 2,
  running: 2,
  projectLabel: 'Default',
  slots: 8,
  busy: 8,
  oldestSince: isoAt(-240_000),
  ahead: 2,
  step: 1,
  phase: 'flow',
  action: 'click',
  selector: '#never',
  matches: 3,
  runner: 'f9d30d27-0000',
  lastHeard: isoAt(0),
};

const OUTAGE = { from: '2026-11-30T18:39:17.000Z', to: '2026-11-30T18:39:36.000Z' };
const STOPPED = {
  source: 'user',
  requestedAt: isoAt(0),
  reason: 'Deploy at 09:30',
  user: { email: 'admin@test.local' },
} as const;
const OPS = { email: 'ops@test.local' };
const REPEATS = [
  { at: isoAt(4_000), mode: 'graceful', reason: 'soon', user: OPS },
  { at: isoAt(12_000), mode: 'force', hardened: true, user: OPS },
] as const;
const WAITED = {
  labels: ['gpu'],
  unavailable: 'no_browser',
  concurrencyKey: 'nightly',
  limit: 2,
  running: 2,
  projectLabel: 'Default',
  slots: 8,
};
const hangs = { method: 'POST', url: 'https://shop.test/buy', since: isoAt(9_000) };

describe('what a run waits for', () => {
  it.each([
    [
      { code: 'element_missing' },
      'No element matches #never. Step 2 (click) has taken 12 of 120 s; then the run fails.',
    ],
    [
      { code: 'element_covered' },
      'The first of 3 elements that match #never is covered by another one. Step 2 (click) has taken 12 of 120 s; then the run fails.',
    ],
    [
      { code: 'page_busy' },
      'The page is not responding: its script is busy, for 12 s now. Step 2 (click #never) has 1 m 48 s left, then the run fails;',
    ],
    [
      { code: 'page_busy', since: isoAt(11_500) },
      'The page is not responding: its script is busy. Step 2 (click #never) has 1 m 48 s left',
    ],
    [
      { code: 'element_covered', matches: 1, coveredBy: '<div id="cookie">' },
      'The element that matches #never is covered by <div id="cookie">. Step 2 (click) has taken',
    ],
    [
      { code: 'element_moving', matches: 1 },
      'The element that matches #never is still moving. Step 2 (click) has taken 12 of 120 s;',
    ],
    [
      { code: 'element_missing', searchMs: 1_240 },
      'No element matches #never. The search for it takes 1.2 s. Step 2 (click) has taken 12 of 120 s;',
    ],
    [
      { code: 'step', action: 'goto', selector: undefined, url: '/cart' },
      'Step 2 (goto /cart) is under way. It has taken 12 of 120 s; then the run fails.',
    ],
    [
      { code: 'page_loading', action: 'goto', selector: undefined, url: '/cart', request: hangs },
      'The server has not answered POST https://shop.test/buy for 3 s. Step 2 (goto) has taken 12 of',
    ],
    [{ code: 'element_search' }, 'The search for #never takes long: the page is large. Step 2 (click) has'],
    [
      { code: 'element_hidden', matches: 1, request: hangs },
      'The element that matches #never is not visible. POST https://shop.test/buy has not been answered for 3 s. Step 2',
    ],
    [
      { code: 'page_loading', request: hangs },
      'The server has not answered POST https://shop.test/buy for 3 s. Step 2 (click #never) has taken 12 of',
    ],
    [
      { code: 'page_loading' },
      'The server of the page has not answered yet. Step 2 (click #never) has taken',
    ],
    [
      { code: 'page_stalled', request: { ...hangs, answered: true } },
      'The answer to POST https://shop.test/buy has begun, and has not ended for 3 s. Step 2 (click #never) has',
    ],
    [
      { code: 'element_missing', httpStatus: 500 },
      'No element matches #never. The server answered the page with 500. Step 2 (click) has taken 12 of 120 s;',
    ],
    [
      { code: 'element_missing', documents: 28 },
      'No element matches #never. The page was loaded 28 times in the last 10 s. Step 2 (click) has taken 12',
    ],
    // A long one, or one of several lines, leaves the sentence readable.
    [
      { code: 'element_missing', selector: `#a\n${'x'.repeat(2_000)}` },
      `No element matches #a ${'x'.repeat(196)}…. Step 2 (click) has taken 12 of 120 s; then the run fails.`,
    ],
    [
      { code: 'page_busy', selector: 'x'.repeat(2_000) },
      `The page is not responding: its script is busy, for 12 s now. Step 2 (click ${'x'.repeat(193)}…) has`,
    ],
    // A text from a page cannot turn the sentence round.
    [
      { code: 'element_missing', selector: '#a\u202egnorw\u2066' },
      'No element matches #a\\u202egnorw\\u2066. Step 2 (click) has taken 12 of 120 s; then the run fails.',
    ],
    [
      { code: 'slots' },
      'All 8 slots are busy; it is third in line. It needs a runner with the labels gpu. The oldest run in them has been there for 4 m 12 s. This has been so for 12 s; if no runner takes it within 1 m 48 s, it fails.',
    ],
    [
      { code: 'slots', ahead: 0, oldestSince: undefined, until: undefined, labels: undefined },
      'All 8 slots are busy; this run is next in line.',
    ],
    [{ code: 'slots', ahead: 11 }, 'All 8 slots are busy; it is number 12 in line.'],
    [{ code: 'slots', ahead: 0, aheadIsMore: true }, 'All 8 slots are busy; other runs wait, too.'],
    [
      { code: 'slots', oldest: HOLDER },
      new RegExp(`The oldest run in them, ${HOLDER.slice(-8)}, has been there for 4 m 12 s\\.`),
    ],
    [{ code: 'project_limit' }, 'Default runs 2 of the 2 runs it may.'],
    [{ code: 'user_limit' }, 'Its user has 2 of the 2 runs on runners that a user may have.'],
    [{ code: 'runners_silent' }, 'No runner that could take it has been heard for 12 s.'],
    [
      { code: 'element_missing', leaving: { until: isoAt(20_000) } },
      'No element matches #never. This has taken 12 s so far. Its runner shuts down, and stops it in 8 s if it is not over by then.',
    ],
    [
      { code: 'element_missing', leaving: { until: isoAt(200_000) } },
      /^No element matches #never\. Step 2 .*; then the run fails\. Its runner shuts down/,
    ],
    [{ code: 'step', leaving: {} }, /Its runner shuts down, and is about to stop it\.$/],
    [{ code: 'step', pageUnseen: 'nats' }, /Its page cannot be looked at: NATS is out of reach\.$/],
    [{ code: 'slots', ahead: 100, aheadIsMore: true }, /more than 100 older runs are in line, too/],
    [{ code: 'concurrency_key' }, `Run ${HOLDER.slice(-8)} has its concurrency key nightly.`],
    [
      { code: 'concurrency_key', heldBy: undefined },
      'A run of another user has its concurrency key nightly.',
    ],
    [
      { code: 'runner_unavailable' },
      `None of the runners that fit can take it. The last one says: ${englishWords.unavailable.no_browser}`,
    ],
    [
      { code: 'runner_silent', leadsTo: 'requeue', until: isoAt(15_000) },
      /^Runner f9d30d27 has not been heard for 12 s\. If it stays silent .*3 s.* the run goes back into the queue\.$/,
    ],
    [
      { code: 'runner_lost', until: isoAt(1_000) },
      /^Runner f9d30d27 is lost: it was last heard 12 s ago\. .*the run fails any moment now\.$/,
    ],
    [
      { code: 'context_close', leadsTo: 'next_rung', nextRung: 'cancelling.killing', until: isoAt(14_000) },
      'It is being stopped, and waits for its browser context to close. In at most 2 s its browser is killed.',
    ],
    [
      { code: 'delivery', until: isoAt(14_000) },
      'It is being stopped, and waits for its runner to take the request. It ends in at most 2 s.',
    ],
    [
      { code: 'element_missing', until: isoAt(12_000) },
      /^No element .* Its time is up: the run is about to fail\.$/,
    ],
    [
      { code: 'unheard_of' as Facts['code'], for: 'what a newer gateway knows' },
      'what a newer gateway knows',
    ],
    [{ code: undefined, for: 'it goes on' }, 'it goes on'],
  ] satisfies [Facts, string | RegExp][])('%o has its words', (facts, sentence) => {
    const text = saidOf({ ...WHOLE, ...facts }, 12_000);
    if (typeof sentence === 'string') expect(text.slice(0, sentence.length)).toBe(sentence);
    else expect(text).toMatch(sentence);
  });

  it.each(WAIT_CODES)(
    '%s has words in both languages, with and without facts, and as whole sentences',
    (code) => {
      for (const words of [englishWords, spanishWords])
        for (const facts of [{ ...WHOLE, code }, { code }]) {
          const text = saidOf(facts, 12_000, words);
          expect(text).toMatch(/^\p{Lu}.*\.$/su);
          expect(text).not.toMatch(/[{}]|undefined|NaN| {2}|\(\)| [.,]/);
        }
    },
  );

  it('leaves out what is not known: no time that nobody measured, and no runner without its name', () => {
    expect(saidOf({ code: 'browser', since: isoAt(0) }, 3_000)).toBe(
      'Its browser context opens. This has taken 3 s so far.',
    );
    expect(saidOf({ code: 'browser', runner: 'f9d30d27-0000' }, 3_000)).toBe(
      'Runner f9d30d27 opens a browser context for it.',
    );
    expect(saidOf({ code: 'slots', slots: 8 }, 0)).toBe('All slots are busy.');
  });

  it('is known from the events alone until it is read', () => {
    expect(waitAt(momentOf(8))).toMatchObject({
      code: 'step',
      step: 1,
      action: 'click',
      selector: '#buy',
      since: isoAt(330),
    });
    expect(waitAt(momentOf(10))).toEqual({
      code: 'interrupted_call',
      since: isoAt(1_330),
    });
    expect(waitAt(momentOf(1))).toEqual({ code: 'browser', since: isoAt(10) });
    expect(waitAt(momentOf(0))).toBeUndefined();
  });
});

describe('why a run ended', () => {
  const step = { action: 'click', selector: '#buy' };
  const ended = (payload: object, run: object, type = 'step_failure', words = englishWords) => {
    const events = eventsOf([
      moved(0, 'running.queued', 'running.stepping.acting'),
      [10, 'step_start', { step }, 2],
      [5_010, type, { step, ...payload }, 2],
      [5_020, 'run_end', { status: 'fail' }],
    ]);
    const end = sayEnd({ status: 'fail', ...run }, momentOf(events.length, events), words);
    return [textOfSentences(end.sentences), end.error];
  };

  it.each(Object.keys(FAILURE_REASONS))('%s has words in both languages, with what to look at', (reason) => {
    const error = 'click #buy: as the runner says it';
    for (const words of [englishWords, spanishWords]) {
      const [text, rest] = ended({ error, reason }, {}, 'step_failure', words);
      expect(text).toMatch(/^\p{Lu}[^.]*#buy[^.]*5\.0 s[^.]*\. \p{Lu}[^.]*\.$/u);
      expect(rest).toBeUndefined();
    }
  });

  it.each([
    [
      { reason: 'element_missing', nearest: ['#buy-now', '#buy-later'] },
      'Step 3 found no element for #buy in 5.0 s. There is #buy-now or #buy-later.',
    ],
    [
      { reason: 'element_missing', httpStatus: 500 },
      'Step 3 found no element for #buy in 5.0 s. The server had answered the page with 500.',
    ],
    [
      { reason: 'element_missing', documents: 28 },
      'Step 3 found no element for #buy in 5.0 s. The page was loaded 28 times in the last 10 s.',
    ],
    [
      { reason: 'element_covered', coveredBy: '<div id="cookie">' },
      'Step 3 (click #buy) failed after 5.0 s: <div id="cookie"> covered its element.',
    ],
    [
      {
        reason: 'element_hidden',
        pendingRequest: { method: 'POST', url: 'https://shop.test/buy', ms: 4_900 },
      },
      'Step 3 (click #buy) failed after 5.0 s: the element is not visible. POST https://shop.test/buy had not been answered for 4.9 s.',
    ],
    [
      { reason: 'page_unanswered', pendingRequest: { method: 'GET', url: 'https://shop.test/', ms: 4_900 } },
      `Step 3 (click #buy) had no answer from the server in 5.0 s. ${englishWords.hints.page_unanswered}`,
    ],
  ])('%o is said once, with what was known of the page', (payload, sentences) => {
    expect(ended({ error: 'click #buy: as the runner says it', ...payload }, {})).toEqual([
      sentences,
      undefined,
    ]);
    const [spanish] = ended({ error: 'x', ...payload }, {}, 'step_failure', spanishWords);
    expect(spanish).not.toMatch(/[{}]|undefined|\b(the|had|found)\b/);
  });

  it('is shown as the runner says it where there is no code for it, or a newer one', () => {
    const sentences = ['Step 3 (click #buy) failed.', 'the page crashed'];
    expect(ended({ error: 'click #buy: the page crashed' }, {})).toEqual(sentences);
    expect(ended({ error: 'click #buy: the page crashed', reason: 'of_tomorrow' }, {})).toEqual(sentences);
  });

  it.each([
    [
      { stopReason: 'deadline' },
      /^It had reached the longest time .* Step 3 \(click #buy\) was interrupted\.$/,
    ],
    [{ stopReason: 'of_tomorrow' }, /^Its stop reason is of_tomorrow\. Step 3/],
    [{}, /^Its stop reason is not known\. Step 3/],
    [
      { cancel: { source: 'user', requestedAt: isoAt(0), reason: 'enough' } },
      /^A user stopped it: enough\. Step 3 \(click #buy\) was interrupted\.$/,
    ],
    [
      { owner: 'f9d30d27-0000', cancel: { source: 'supervisor', verdict: { why: 'lease_expired' } } },
      'Its runner (f9d30d27) fell silent in step 3. Nobody had stopped the run. Its runner was silent for longer than a runner may be.',
    ],
    [
      { owner: 'f9d30d27-0000', cancel: { source: 'supervisor', verdict: { why: 'owner_gone' } } },
      'Its runner (f9d30d27) died in step 3. Nobody had stopped the run. Its process ended.',
    ],
    [
      {
        owner: 'f9d30d27-0000',
        cancel: { source: 'supervisor', verdict: { why: 'owner_gone', outage: OUTAGE } },
      },
      'Lost: PostgreSQL was out of reach from 18:39:17 UTC to 18:39:36 UTC, longer than its runner may go on. Step 3 (click #buy) was interrupted. Nobody had stopped the run.',
    ],
    [
      { owner: 'f9d30d27-0000', cancel: { ...STOPPED, stale: true, verdict: { why: 'owner_gone' } } },
      'admin@test.local stopped it: Deploy at 09:30. Step 3 (click #buy) was interrupted. Its runner (f9d30d27) had died; a supervisor ended it.',
    ],
    [
      { cancel: { ...STOPPED, stale: true, verdict: { why: 'lease_expired', outage: OUTAGE } } },
      'admin@test.local stopped it: Deploy at 09:30. Step 3 (click #buy) was interrupted. PostgreSQL was out of reach from 18:39:17 UTC to 18:39:36 UTC, longer than its runner may go on; a supervisor ended it.',
    ],
    [
      { cancel: { ...STOPPED, mode: 'force', repeats: REPEATS } },
      'admin@test.local stopped it: Deploy at 09:30. ops@test.local asked again, 4 s later: soon. ops@test.local forced it, 12 s later. Step 3',
    ],
    [
      { cancel: { ...STOPPED, mode: 'force', repeats: [{ at: isoAt(4_000), mode: 'force', user: OPS }] } },
      'admin@test.local stopped it: Deploy at 09:30. ops@test.local asked again, 4 s later. Step 3',
    ],
    [
      { stopReason: 'deadline', maxDurationMs: 5_000 },
      'It had reached the longest time that it may take: 5.0 s. Step',
    ],
  ] satisfies [object, string | RegExp][])('%o has its words', (run, sentence) => {
    const [text] = ended({ interrupted: true }, run);
    if (typeof sentence === 'string') expect(text!.slice(0, sentence.length)).toBe(sentence);
    else expect(text).toMatch(sentence);
  });

  it.each(STOP_REASONS)('%s has words in both languages', (stopReason) => {
    for (const words of [englishWords, spanishWords])
      expect(ended({ interrupted: true }, { stopReason }, 'step_failure', words)[0]).toMatch(
        /^\p{Lu}[^.]*\. \p{Lu}[^.]* \(click #buy\) [^.]*\.$/u,
      );
  });

  it('says how long ago it was, once that is known and some seconds', () => {
    const run = { status: 'fail', cancel: STOPPED } as const;
    for (const [words, text] of [
      [englishWords, 'admin@test.local stopped it, 2 min ago: Deploy at 09:30.'],
      [spanishWords, 'admin@test.local la detuvo hace 2 min: Deploy at 09:30.'],
    ] as const)
      expect(textOfSentences(sayEnd(run, momentOf(0, []), words, STARTED_AT + 125_000).sentences)).toBe(text);
    expect(textOfSentences(sayEnd(run, momentOf(0, []), englishWords, STARTED_AT + 2_000).sentences)).toBe(
      'admin@test.local stopped it: Deploy at 09:30.',
    );
  });

  it('says what it waited for if no runner took it in time, once', () => {
    const events = (waitedFor: object) =>
      eventsOf([[10, 'run_end', { status: 'fail', error: 'no runner took the run in time', waitedFor }]]);
    const run = { status: 'fail', stopReason: 'queue_timeout' } as const;
    for (const [waitedFor, text] of [
      [{ code: 'no_fitting_runner', labels: ['gpu'] }, ' No runner that had all of the labels gpu was up.'],
      [{ code: 'slots', slots: 8 }, ' All 8 slots were busy.'],
      [{ code: 'of_tomorrow' }, ''],
    ] as const) {
      const { sentences, error } = sayEnd(run, momentOf(1, events(waitedFor)), englishWords);
      expect(textOfSentences(sentences)).toBe(`No runner took it in time.${text}`);
      expect(error).toBeUndefined();
    }
  });

  it('has words in both languages for whatever a queued run waited for', () => {
    for (const words of [englishWords, spanishWords])
      for (const code of Object.keys(words.waited))
        expect(textOfSentences(sayWaited({ ...WAITED, code }, words))).toMatch(/^\p{Lu}[^{}]*\.$/u);
  });

  it('says that its clean-up failed, and where', () => {
    const step = (selector: string) => ({ step: { action: 'click', selector } });
    const events = eventsOf([
      moved(0, 'running.stepping.acting', 'cancelling.cleaning'),
      [10, 'cleanup_start', step('#out'), 0],
      [20, 'cleanup_failure', { ...step('#out'), error: 'no' }, 0],
      [30, 'cleanup_start', step('#bye'), 1],
      [40, 'cleanup_success', step('#bye'), 1],
      [50, 'run_end', { status: 'fail', cancelled: true, source: 'user' }],
    ]);
    const run = { status: 'fail', cancel: STOPPED } as const;
    expect(textOfSentences(sayEnd(run, momentOf(events.length, events), englishWords).sentences)).toBe(
      'admin@test.local stopped it: Deploy at 09:30. Its clean-up failed: 1 of 2 onCancel steps, first step 1 (click #out).',
    );
  });

  it('is that all was done', () => {
    expect(
      textOfSentences(sayEnd({ status: 'pass', stepCount: 3 }, momentOf(0, []), englishWords).sentences),
    ).toBe('All 3 steps were done.');
  });
});
