/* I9: a watched run has a line for each step, says once why it failed, and passes no control character on. */
import { describe, expect, test } from 'vitest';
import type { AssistEntry, StreamEntry } from '#shared/domain/events/stream.ts';
import { createProgress } from '../../../../services/cli/view/progress.ts';
import type { Terminal } from '../../../../services/cli/view/terminal.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

/** Writes a run's entries with their numbers. */
const script = () => {
  const entries: StreamEntry[] = [];
  let seq = 0;
  const add = (ms: number, type: string, payload: Record<string, unknown>, stepIndex?: number) => {
    seq += 1;
    entries.push({
      kind: 'assist',
      type,
      seq,
      at: at(ms),
      payload,
      ...(stepIndex !== undefined && { stepIndex }),
    } as AssistEntry);
    return api;
  };
  const api = {
    entries,
    add,
    status: (ms: number, status: 'running' | 'cancelling' | 'pass' | 'fail') => {
      entries.push({ kind: 'status', status, at: at(ms) });
      return api;
    },
    to: (ms: number, from: string, to: string) => add(ms, 'transition', { from, to }),
    begin: (ms: number, index: number, step: object) => add(ms, 'step_start', { step }, index),
    succeed: (ms: number, index: number, step: object) => add(ms, 'step_success', { step }, index),
    fail: (ms: number, index: number, step: object, error: string) =>
      add(ms, 'step_failure', { step, error }, index),
    end: (ms: number, payload: Record<string, unknown>) => add(ms, 'run_end', payload),
  };
  return api;
};

const terminal = (options: Partial<Terminal> = {}) => {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  return { terminal: { colour: false, live: false, columns: 60, write, ...options }, text: () => text };
};

const shown = (entries: readonly StreamEntry[], options: Partial<Terminal> = {}) => {
  const { terminal: own, text } = terminal(options);
  const progress = createProgress(own);
  for (const entry of entries) progress.show(entry);
  return { text: text(), outcome: progress.outcome };
};

const STEPPING = 'running.stepping.';
const visit = { action: 'goto', url: '/' };
const press = { action: 'click', selector: '#go' };

const begun = () =>
  script()
    .status(0, 'running')
    .to(20, 'running.queued', 'running.launching')
    .to(60, 'running.launching', `${STEPPING}checkpoint`)
    .to(65, `${STEPPING}checkpoint`, `${STEPPING}acting`)
    .begin(65, 0, visit)
    .succeed(90, 0, visit)
    .to(90, `${STEPPING}acting`, `${STEPPING}checkpoint`)
    .to(95, `${STEPPING}checkpoint`, `${STEPPING}acting`)
    .begin(95, 1, press);

describe('the progress of a run', () => {
  test('is one line for each step with its duration, between the changes of state', () => {
    const { entries } = begun()
      .succeed(1_595, 1, press)
      .to(1_595, `${STEPPING}acting`, `${STEPPING}checkpoint`)
      .to(1_600, `${STEPPING}checkpoint`, 'running.settling')
      .to(1_620, 'running.settling', 'pass')
      .end(1_620, { status: 'pass' })
      .status(1_620, 'pass');
    const { text, outcome } = shown(entries);
    expect(text).toMatchInlineSnapshot(`
      "· queued
      · launching
      · stepping
      ✓ goto /                                              25 ms
      ✓ click #go                                           1.5 s
      · settling
      PASS in 1.6 s
      "
    `);
    expect(outcome).toBe('pass');
  });

  test('tells what a step that went well could not keep', () => {
    const { entries } = begun().add(
      595,
      'step_success',
      { step: press, error: 'the picture could not be kept: no space left on device' },
      1,
    );
    expect(shown(entries).text).toContain(
      '✓ click #go                                          500 ms\n' +
        '  the picture could not be kept: no space left on device\n',
    );
  });

  test('tells why a step failed once, without what was tried', () => {
    const { entries } = begun()
      .fail(595, 1, press, 'click #go: timed out after 500 ms')
      .to(600, `${STEPPING}checkpoint`, 'running.settling')
      .end(620, { status: 'fail' });
    const { text, outcome } = shown(entries);
    expect(text).toMatchInlineSnapshot(`
      "· queued
      · launching
      · stepping
      ✓ goto /                                              25 ms
      ✗ click #go                                          500 ms
        timed out after 500 ms
      · settling
      FAIL in 620 ms
      "
    `);
    expect(outcome).toBe('fail');
  });

  test('tells why a run failed where no step says so', () => {
    const { text } = shown(
      script().status(0, 'running').end(30, { status: 'fail', error: 'no browser' }).entries,
    );
    expect(text).toContain('FAIL in 30 ms · no browser\n');
  });

  test('shows the step that a cancel interrupted, who asked and why', () => {
    const { entries } = begun()
      .to(895, `${STEPPING}acting`, 'cancelling.aborting')
      .status(895, 'cancelling')
      .to(897, 'cancelling.aborting', 'cancelling.closing')
      .to(910, 'cancelling.closing', 'fail')
      .end(910, { status: 'fail', cancelled: true, source: 'user', reason: 'enough' });
    const { text, outcome } = shown(entries);
    expect(text).toMatchInlineSnapshot(`
      "· queued
      · launching
      · stepping
      ✓ goto /                                              25 ms
      · cancelling.aborting
      ■ click #go  interrupted                             802 ms
      · cancelling.closing
      CANCELLED in 910 ms · by a user: enough
      "
    `);
    expect(outcome).toBe('cancelled');
  });

  test('I9: a step that ended by itself while it was being aborted keeps its result', () => {
    const { entries } = begun()
      .to(895, `${STEPPING}acting`, 'cancelling.aborting')
      .succeed(896, 1, press)
      .to(896, 'cancelling.aborting', 'cancelling.closing');
    const { text } = shown(entries);
    expect(text).toContain('✓ click #go');
    expect(text).not.toContain('interrupted');
  });

  test('says of a run whose runner was lost that it is lost', () => {
    const { entries } = begun()
      .to(9_000, `${STEPPING}acting`, 'fail')
      .end(9_000, { status: 'fail', cancelled: true, source: 'supervisor', staleAfterRestart: true });
    const { text } = shown(entries);
    expect(text).toContain('■ click #go  interrupted');
    expect(text).toContain('LOST in 9.0 s · its runner was lost');
  });

  test('counts from the first event when the run had ended before it was watched', () => {
    const { entries } = script()
      .status(5_000, 'pass')
      .to(20, 'running.queued', 'running.launching')
      .end(1_020, { status: 'pass' });
    expect(shown(entries).text).toBe('· launching\nPASS in 1.0 s\n');
  });

  test('shows no control character of a page', () => {
    const step = { action: 'click', selector: 'text=\x1b[31mred\x07' };
    const { entries } = script()
      .begin(0, 0, step)
      .fail(5, 0, step, 'click text=\x1b[31mred\x07: \x1b]0;owned\x07no\nsuch thing')
      .end(6, { status: 'fail', cancelled: true, source: 'user', reason: '\x9b31m\u202ewhy' });
    expect(shown(entries).text).toMatch(/^[^\p{Cc}\u202e]*\n[^\p{Cc}\u202e]*\n[^\p{Cc}\u202e]*\n$/u);
  });

  test('passes over what it does not know', () => {
    const { entries } = script().to(0, 'x', 'running.pondering');
    entries.push({ kind: 'assist', type: 'thought', seq: 2, at: at(1), payload: {} } as never);
    expect(shown(entries).text).toBe('· pondering\n· thought\n');
  });
});

describe('on a terminal', () => {
  test('the step that is being done is a last line, written over when it ends', () => {
    const { entries } = script().begin(0, 0, visit).succeed(25, 0, visit);
    const { text } = shown(entries, { live: true, columns: 30 });
    expect(text).toBe(`▸ goto /\r\x1b[2K✓ goto /${' '.repeat(16)}25 ms\n`);
  });

  test('a long step is cut, so that its line is one on the screen', () => {
    const step = { action: 'click', selector: 'x'.repeat(100) };
    const { text } = shown(script().begin(0, 0, step).entries, { live: true, columns: 30 });
    expect([...text]).toHaveLength(29);
    expect(text.endsWith('…')).toBe(true);
  });

  test('in a pipe no text is cut', () => {
    const step = { action: 'click', selector: 'x'.repeat(100) };
    const { text } = shown(script().begin(0, 0, step).succeed(5, 0, step).entries, { columns: 30 });
    expect(text).toContain('x'.repeat(100));
  });

  test('a note comes before the step that is being done', () => {
    const { terminal: own, text } = terminal({ live: true });
    const progress = createProgress(own);
    for (const entry of script().begin(0, 0, visit).entries) progress.show(entry);
    progress.note('connection lost');
    progress.close();
    expect(text()).toBe('▸ goto /\r\x1b[2Kconnection lost\n▸ goto /\n');
  });

  test('states are dim and results have their colours', () => {
    const { entries } = script()
      .to(0, 'running.queued', 'running.launching')
      .begin(1, 0, visit)
      .succeed(2, 0, visit)
      .end(3, { status: 'pass' });
    const { text } = shown(entries, { colour: true });
    expect(text).toContain('\x1b[2m· launching\x1b[22m');
    expect(text).toContain('\x1b[32m✓\x1b[39m goto /');
    expect(text).toContain('\x1b[1m\x1b[32mPASS');
  });
});

test('what was found stands at the end, a line each, safe for a terminal; a step says how it went', () => {
  const claim = { action: 'expect', selector: '#a', is: 'count', equals: 5 };
  const { text } = shown(
    script()
      .begin(0, 0, claim)
      .add(
        5,
        'step_failure',
        { step: claim, error: 'expect #a: expected count = 5, found 2', attempts: 3, optional: true },
        0,
      )
      .begin(6, 1, press)
      .add(7, 'step_success', { step: press, skipped: true }, 1)
      .end(9, {
        status: 'pass',
        results: {
          total: 7.5,
          lines: [{ a: 'x' }],
          text: 'red \x1b[31m\nline\u202e',
          long: 'y'.repeat(2_000),
        },
      }).entries,
  );
  expect(text).toMatch(/^✗ expect #a count = 5 {2}3 tries, optional .*\n {2}expected count = 5, found 2$/m);
  expect(text).toMatch(/^✓ click #go {2}skipped /m);
  expect(text).toMatch(
    /^PASS .*\ntotal {2}7\.5\nlines {2}\[\{"a":"x"\}\]\ntext {3}red {2}line\nlong {3}y+…$/m,
  );
});
