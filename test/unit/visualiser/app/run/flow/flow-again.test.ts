/* I10: an edited flow is sent by what was changed, and asks for secrets that its editor does not know. */
import { describe, expect, it } from 'vitest';
import {
  type AgainWords,
  editorTextOf,
  readAgain,
} from '../../../../../../services/visualiser/app/run/flow/flow-again.ts';

const WORDS: AgainWords = {
  language: 'en',
  notJson: (found) => `not JSON: ${found}`,
  notObject: 'not a flow',
  hidden: 'is hidden',
};
const PROJECT = '5f2b8c1e-7d94-4a36-b0f8-2c9e61d7a350';
const FLOW = {
  project: PROJECT,
  baseUrl: 'http://127.0.0.1:1/',
  contextId: 'night',
  steps: [
    { action: 'goto', url: '/form' },
    { action: 'fill', selector: '#password', value: '[REDACTED]' },
    { action: 'click', selector: 'text=[REDACTED]' },
  ],
};
const OWN = { flow: FLOW, hidden: ['steps.1.value', 'steps.2.selector'], keepsHidden: true };
const OTHERS = { ...OWN, keepsHidden: false };
const TEXT = editorTextOf(OWN);

const read = (text: string, shown = OWN, secrets: Record<string, string> = {}) =>
  readAgain(text, shown, secrets, WORDS);

/** What is wrong; nothing is sent then. */
function refused(...given: Parameters<typeof read>) {
  const { issues, changes } = read(...given);
  expect(changes).toBeUndefined();
  return issues;
}

describe('a flow that is edited to be run again', () => {
  it('changes nothing as long as it is as it was shown', () => {
    expect(read(TEXT)).toEqual({ issues: [], asked: [], changes: {} });
  });

  it('is sent by the fields that differ; null takes one away', () => {
    const { changes } = read(TEXT.replace('"contextId": "night"', '"headless": false'));
    expect(changes).toEqual({ contextId: null, headless: false });
  });

  it('names what is wrong beside its line, and sends nothing', () => {
    expect(refused(TEXT.replace('"goto"', '"dance"'))).toMatchObject([{ path: 'steps.0.action', line: 5 }]);
    expect(read('{ "baseUrl": ').issues).toMatchObject([{ message: 'not JSON: ' }]);
  });

  it('is refused with a field that a rerun does not know, as by the gateway', () => {
    expect(refused(TEXT.replace('"contextId": "night"', '"viewport": {}'))).toEqual([
      { path: '', line: 0, message: 'has fields that are not known here: viewport' },
    ]);
  });

  it('leaves a placeholder to the gateway where its author may have it filled in', () => {
    const { changes, issues } = read(TEXT.replace('/form', '/other'));
    expect(issues).toEqual([]);
    expect(changes).toEqual({ steps: [{ action: 'goto', url: '/other' }, ...FLOW.steps.slice(1)] });
  });

  it('does not send a placeholder as a selector of a step that is no longer the same', () => {
    expect(refused(TEXT.replace('"click"', '"hover"'))).toMatchObject([
      { path: 'steps.2.selector', line: 7, message: 'is hidden' },
    ]);
  });
});

describe("I10: another user's flow", () => {
  it('asks for its secrets, and sends them as values while it is unchanged', () => {
    const { asked } = read(TEXT, OTHERS);
    expect(asked.map(({ path }) => path)).toEqual(['steps.1.value']);
    expect(read(TEXT, OTHERS, { [asked[0]!.key]: 'my own' }).changes).toEqual({
      values: { 'steps.1.value': 'my own' },
    });
  });

  it('takes a secret along when its step moves, and puts it in place', () => {
    const [secret] = read(TEXT, OTHERS).asked;
    const moved = TEXT.replace('{ "action": "goto", "url": "/form" },\n', '').replace(
      'text=[REDACTED]',
      '#send',
    );
    const { asked, changes } = read(moved, OTHERS, { [secret!.key]: 'my own' });
    expect(asked).toEqual([expect.objectContaining({ path: 'steps.0.value', key: secret!.key })]);
    expect(changes).toEqual({
      steps: [
        { action: 'fill', selector: '#password', value: 'my own' },
        { action: 'click', selector: '#send' },
      ],
    });
  });

  it('is not sent with a text that only its author may use', () => {
    expect(refused(TEXT.replace('/form', '/other'), OTHERS)).toMatchObject([
      { path: 'steps.2.selector', message: 'is hidden' },
    ]);
  });
});

describe('I10: inputs that are secret', () => {
  const flow = {
    ...FLOW,
    steps: [{ action: 'goto', url: '/form' }],
    inputs: { who: 'Ada', pin: '[REDACTED]', card: { number: '[REDACTED]' } },
    inputsSchema: { properties: { pin: { type: 'integer', writeOnly: true } } },
  };
  const own = { flow, hidden: ['inputs.pin', 'inputs.card'], keepsHidden: true };
  const others = { ...own, keepsHidden: false };
  const text = editorTextOf(own);

  it('stay as they are when their author changes others', () => {
    expect(read(text, own)).toEqual({ issues: [], asked: [], changes: {} });
    expect(read(text.replace('Ada', 'Bob'), own).changes).toEqual({ inputs: { ...flow.inputs, who: 'Bob' } });
  });

  it('are asked for where another wrote them, and keep their type', () => {
    const { asked } = read(text, others);
    expect(asked.map(({ path }) => path)).toEqual(['inputs.pin']);
    const pin = { [asked[0]!.key]: '1234' };
    expect(read(text, others, pin).changes).toEqual({ inputs: { ...flow.inputs, pin: 1234 } });
    const card = text.replace('{"number":"[REDACTED]"}', '{"number":"4"}');
    expect(read(card, others, pin).changes).toEqual({
      inputs: { who: 'Ada', pin: 1234, card: { number: '4' } },
    });
  });

  it('that are parts of a value are to be written by another user, in its place', () => {
    expect(refused(text.replace('Ada', 'Bob'), others)).toMatchObject([
      { path: 'inputs.card', message: 'is hidden' },
    ]);
    expect(refused(text.replace('"number"', '"numero"'), own)).toMatchObject([{ path: 'inputs.card' }]);
  });
});
