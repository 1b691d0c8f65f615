/* I10: no event shows a value that a step types, and what is cut in one says how long it was. */
import { describe, expect, it } from 'vitest';
import { type Flow, flowSchema } from '#shared/domain/flow/flow.ts';
import { createRedactor } from '#shared/domain/flow/redact.ts';
import { secretsOf } from '#shared/domain/flow/secrets.ts';
import { describerOf, describeSteps } from '../../../../services/runner/run/describe-steps.ts';

const SECRET = 'hunter2-hunter2';
const flow = (...steps: object[]): Flow => flowSchema.parse({ baseUrl: 'http://127.0.0.1', steps });

/** Of a step that ended so. */
const of = (
  outcome: ReturnType<Parameters<typeof describerOf>[0]['outcome']>,
  described?: Awaited<ReturnType<typeof describeSteps>>,
) =>
  describerOf(
    { outcome: () => outcome, notices: [], noVideo: undefined, results: undefined, lastLook: undefined },
    {
      described: () => described,
      usedSecrets: () => [],
      answer: () => undefined,
      resumption: () => undefined,
      carriedOver: () => undefined,
      reopened: () => [],
    },
  );

const describedSteps = (of: Flow) => describeSteps(of, createRedactor(secretsOf(of)));

describe('how a step looks in events', () => {
  it('I10: shows no fill value, neither in its own step nor wherever else it occurs', async () => {
    const described = await describedSteps(
      flow(
        { action: 'fill', selector: '#password', value: SECRET },
        { action: 'click', selector: `text=${SECRET}` },
        { action: 'goto', url: `/search?q=${SECRET}` },
        { action: 'selectOption', selector: '#who', value: ['me', SECRET] },
        { action: 'verify', textIncludes: ['me', `Hello ${SECRET}`], selectorVisible: [`text=${SECRET}`] },
      ),
    );
    expect(described.flow).toEqual([
      { action: 'fill', selector: '#password', value: '[REDACTED]' },
      { action: 'click', selector: 'text=[REDACTED]' },
      { action: 'goto', url: '/search?q=[REDACTED]' },
      { action: 'selectOption', selector: '#who', value: ['me', '[REDACTED]'] },
      {
        action: 'verify',
        textIncludes: ['me', 'Hello [REDACTED]'],
        selectorVisible: ['text=[REDACTED]'],
      },
    ]);
  });

  it('keeps what is no text, and cuts what is long', async () => {
    const long = `text=${'x'.repeat(1_990)}`;
    const described = await describedSteps(
      flow(
        { action: 'click', selector: long, timeoutMs: 5 },
        { action: 'fill', selector: '#a', value: 'x'.repeat(3_000) },
      ),
    );
    expect(described.flow[0]).toEqual({ action: 'click', selector: long, timeoutMs: 5 });
    expect(described.flow[1]?.value).toBe('[REDACTED]');
  });

  it('says of what it cuts how long that is, and bounds a list as a whole', async () => {
    const value = Array.from({ length: 100 }, () => 'x'.repeat(3_000));
    const described = await describedSteps(
      flow(
        { action: 'goto', url: `/${'y'.repeat(3_000)}` },
        { action: 'selectOption', selector: '#s', value },
      ),
    );
    expect(described.flow[0]?.url).toBe(`/${'y'.repeat(1_999)}… (truncated: 3001 characters)`);
    const shown = described.flow[1]?.value as string[];
    expect(shown.at(-1)).toBe('… (truncated: 100 values)');
    expect(shown[0]).toMatch(/^x{2000}… \(truncated: 3000 characters\)$/);
    expect(JSON.stringify(shown).length).toBeLessThan(21_000);
  });

  it('names the picture of a step that left one', async () => {
    const described = await describedSteps(flow({ action: 'snapshot' }));
    const row = { index: 0, action: 'snapshot' as const, ok: true, screenshotPath: 'run/1-0.png' };
    const describer = of(row, described);
    expect(describer.evidence(0, 'flow')).toEqual({ screenshotPath: 'run/1-0.png' });
    expect(describer.step(0, 'flow')).toEqual({ action: 'snapshot' });
    expect(describer.step(9, 'flow')).toEqual({});
    expect(of(undefined, described).evidence(0, 'flow')).toEqual({});
  });

  it('shows a short tree whole, and of a long one its beginning and how long it is', () => {
    const evidence = (a11y: string) =>
      of({ index: 0, action: 'click', ok: true, a11y }).evidence(0, 'flow').a11y;
    expect(evidence('- button')).toBe('- button');
    expect(evidence('x'.repeat(5_000))).toBe(
      `${'x'.repeat(4_000)}\n# truncated: the tree has 5000 characters`,
    );
  });
});
