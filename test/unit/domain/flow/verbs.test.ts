/* I10: each verb has its line of text, hides its secrets, and is named in the README. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import { placeholdersIn, REDACTED } from '#shared/domain/flow/placeholder.ts';
import { secretsOf } from '#shared/domain/flow/secrets.ts';
import type { Step, StepAction } from '#shared/domain/flow/step.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';

type Common =
  | 'action'
  | 'timeoutMs'
  | 'atomic'
  | 'retry'
  | 'optional'
  | 'when'
  | 'dialog'
  | 'popup'
  | 'download'
  | 'page'
  | 'note';

/** What an `ask` has in its own way. */
type Own<Action extends StepAction> = Action extends 'ask' ? 'timeoutMs' : never;

interface Verb<Action extends StepAction> {
  /** Without what every step may have. */
  step: Required<Omit<Extract<Step, { action: Action }>, Exclude<Common, Own<Action>>>>;
  /** The step in one line. */
  line: string;
  /** Which of its texts are hidden everywhere (I10). */
  secrets?: string[];
  /** The field that refuses what is shown in place of a secret. */
  guarded?: 'url' | 'value';
}

/** Besides what `act.ts` does: what everybody has to know of a verb. */
const VERBS: { [Action in StepAction]: Verb<Action> } = {
  goto: {
    step: { url: 'http://u:hush@h/' },
    line: 'goto http://u:hush@h/',
    secrets: ['hush'],
    guarded: 'url',
  },
  click: { step: { selector: '#a' }, line: 'click #a' },
  check: { step: { selector: '#a' }, line: 'check #a' },
  uncheck: { step: { selector: '#a' }, line: 'uncheck #a' },
  hover: { step: { selector: '#a' }, line: 'hover #a' },
  waitForSelector: { step: { selector: '#a' }, line: 'waitForSelector #a' },
  fill: {
    step: { selector: '#a', value: 'hush', secret: true },
    line: 'fill #a',
    secrets: ['hush'],
    guarded: 'value',
  },
  selectOption: {
    step: { selector: '#a', value: ['x', 'y'] },
    line: 'selectOption #a = x, y',
    guarded: 'value',
  },
  press: { step: { key: 'Enter' }, line: 'press Enter' },
  setInputFiles: { step: { selector: '#a', files: ['x', 'y'] }, line: 'setInputFiles #a ← x, y' },
  verify: {
    step: { textIncludes: ['Thanks'], selectorVisible: ['#a'], urlIncludes: ['/done'], mustAll: true },
    line: 'verify text "Thanks" and #a and address "/done"',
  },
  snapshot: { step: {}, line: 'snapshot' },
  expect: {
    step: {
      is: 'text',
      selector: '#a',
      equals: 'x',
      contains: 'y',
      matches: 'z',
      gte: 1,
      lte: 2,
    },
    line: 'expect #a text = "x" with "y" like "z" ≥ 1 ≤ 2',
  },
  extract: {
    step: { name: 'total', selector: '#a', as: 'text', attribute: 'id', columns: ['x'], schema: {} },
    line: 'extract total ← #a',
  },
  set: { step: { name: 'total', value: 'x' }, line: 'set total = x' },
  ask: {
    step: {
      text: 'Which code?',
      fields: [{ name: 'code', type: 'code' }],
      timeoutMs: 5_000,
      onTimeout: 'continue',
    },
    line: 'ask Which code?',
  },
};
const ROWS = Object.entries(VERBS) as [StepAction, Verb<StepAction>][];

it.each(ROWS)('%s has a line of text, and what it keeps secret is known', (action, verb) => {
  const step = { action, ...verb.step } as Step;
  expect(describeStep(step as EventStep)).toBe(verb.line);
  expect(secretsOf({ steps: [step] })).toEqual(verb.secrets ?? []);
});

it.each(ROWS)('%s takes the placeholder of a secret only where it does no harm', (action, verb) => {
  const texts = Object.entries(verb.step).filter(([, value]) => typeof value !== 'boolean');
  const refused = texts.flatMap(([field, value]) => {
    const given = Array.isArray(value) ? [REDACTED] : REDACTED;
    const steps = [{ action, ...verb.step, [field]: given } as Step];
    return placeholdersIn({ baseUrl: 'http://h', steps }).map((place) => place.at(-1));
  });
  expect(refused).toEqual(verb.guarded === undefined ? [] : [verb.guarded]);
});

it('README.md names every verb', () => {
  const [row = ''] = /^\| Steps \|.*$/m.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(ROWS.map(([action]) => action).filter((action) => !row.includes(`\`${action}\``))).toEqual([]);
});
