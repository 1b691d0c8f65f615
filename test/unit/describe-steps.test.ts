import { describe, expect, it } from 'vitest';
import { type Flow, flowSchema } from '#shared/flow/flow.ts';
import { describeSteps } from '../../services/runner/run/describe-steps.ts';

const SECRET = 'hunter2-hunter2';
const flow = (...steps: object[]): Flow => flowSchema.parse({ baseUrl: 'http://127.0.0.1', steps });
const NOTHING = { outcome: () => undefined };

describe('how a step looks in events', () => {
  it('I10: shows no fill value, neither in its own step nor wherever else it occurs', () => {
    const described = describeSteps(
      flow(
        { action: 'fill', selector: '#password', value: SECRET },
        { action: 'click', selector: `text=${SECRET}` },
        { action: 'goto', url: `/search?q=${SECRET}` },
        { action: 'selectOption', selector: '#who', value: ['me', SECRET] },
      ),
      NOTHING,
    );
    expect([0, 1, 2, 3].map((index) => described.step(index, 'flow'))).toEqual([
      { action: 'fill', selector: '#password', value: '[REDACTED]' },
      { action: 'click', selector: 'text=[REDACTED]' },
      { action: 'goto', url: '/search?q=[REDACTED]' },
      { action: 'selectOption', selector: '#who', value: ['me', '[REDACTED]'] },
    ]);
  });

  it('keeps what is no text, and cuts what is long', () => {
    const long = `text=${'x'.repeat(1_990)}`;
    const { step } = describeSteps(
      flow(
        { action: 'click', selector: long, timeoutMs: 5 },
        { action: 'fill', selector: '#a', value: 'x'.repeat(3_000) },
      ),
      NOTHING,
    );
    expect(step(0, 'flow')).toEqual({ action: 'click', selector: long, timeoutMs: 5 });
    expect(step(1, 'flow').value).toBe('[REDACTED]');
    expect(step(9, 'flow')).toEqual({});
  });

  it('says of what it cuts how long that is, and bounds a list as a whole', () => {
    const value = Array.from({ length: 100 }, () => 'x'.repeat(3_000));
    const { step } = describeSteps(
      flow(
        { action: 'goto', url: `/${'y'.repeat(3_000)}` },
        { action: 'selectOption', selector: '#s', value },
      ),
      NOTHING,
    );
    expect(step(0, 'flow').url).toBe(`/${'y'.repeat(1_999)}… (truncated: 3001 characters)`);
    const shown = step(1, 'flow').value as string[];
    expect(shown.at(-1)).toBe('… (truncated: 100 values)');
    expect(shown[0]).toMatch(/^x{2000}… \(truncated: 3000 characters\)$/);
    expect(JSON.stringify(shown).length).toBeLessThan(21_000);
  });

  it('names the picture of a step that left one', () => {
    const steps = flow({ action: 'snapshot' });
    const row = { index: 0, action: 'snapshot', ok: true, screenshotPath: 'run/1-0.png' };
    expect(describeSteps(steps, { outcome: () => row }).evidence(0, 'flow')).toEqual({
      screenshotPath: 'run/1-0.png',
    });
    expect(describeSteps(steps, NOTHING).evidence(0, 'flow')).toEqual({});
  });
});
