/* The selector of a step is known with the values of now, or not at all. */
import { expect, it } from 'vitest';
import { createStepValues } from '../../../../../services/runner/browser/results/step-values.ts';

const redact = async (text: string) => text;
const NO_ANSWERS = { valueOf: () => undefined };
const values = () =>
  createStepValues('a-run', { inputs: { n: 7 } }, { redact, redactWritten: redact, answers: NO_ANSWERS });
const click = (selector: string) => ({ action: 'click' as const, selector });

it.each([
  ['an input that is a number', '#row-${inputs.n}', '#row-7'],
  ['the run', '#${run.id}', '#a-run'],
  ['what is escaped', 'text=$${x}', 'text=${x}'],
  ['nothing', '#buy', '#buy'],
  ['a result that there is not yet', '#${results.which}', undefined],
])('the selector of a step that names %s', (_, written, filled) => {
  expect(values().selectorNow(click(written))).toBe(filled);
});

it('has the newest value of a result', async () => {
  const known = values();
  for (const value of ['first', 'second']) {
    await known.keep('which', value);
    expect(known.selectorNow(click('#${results.which}'))).toBe(`#${value}`);
  }
});

it('is none of a step without one', () => {
  expect(values().selectorNow({ action: 'goto', url: '/' })).toBeUndefined();
});
