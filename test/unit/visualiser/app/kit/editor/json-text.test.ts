/* A typed flow is read as `JSON.parse` reads it, and each problem is shown beside its field. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DraftWords } from '../../../../../../services/visualiser/app/kit/editor/draft.ts';
import { readDraft } from '../../../../../../services/visualiser/app/kit/editor/flow-draft.ts';
import {
  JsonTextError,
  readJsonText,
} from '../../../../../../services/visualiser/app/kit/editor/json-text.ts';
import { givenExample, ownExamples } from '../../../../../../services/visualiser/app/new-run/examples.ts';

const PROJECT = '5f2b8c1e-7d94-4a36-b0f8-2c9e61d7a350';

const WORDS: DraftWords = {
  language: 'en',
  notJson: (found) => `not JSON: ${found}`,
  notObject: 'not a flow',
};

describe('JSON with its places', () => {
  it('is what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(readJsonText(text).value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses, and takes what it takes', () => {
    const odd = fc.string({
      unit: fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '1',
        '-',
        '.',
        'e',
        '\\',
        'u',
        ' ',
        '\n',
        'true',
      ),
    });
    fc.assert(
      fc.property(odd, (text) => {
        const [ours, theirs] = [attempt(() => readJsonText(text).value), attempt(() => JSON.parse(text))];
        expect(ours.ok).toBe(theirs.ok);
        if (!ours.ok) expect(ours.error).toBeInstanceOf(JsonTextError);
      }),
      { numRuns: 2_000 },
    );
  });

  it('knows the line of each value', () => {
    const { lines } = readJsonText('{\n  "a": [\n    1,\n    { "b": "x" }\n  ]\n}');
    expect(Object.fromEntries(lines)).toEqual({ '': 0, a: 1, 'a.0': 2, 'a.1': 3, 'a.1.b': 3 });
  });

  it.each([
    ['{\n  "a": 1,\n}', 2, '}'],
    ['{\n  "a"', 1, ''],
    ['{\n  a: 1\n}', 1, 'a'],
    ['', 0, ''],
    ['[1] 2', 0, '2'],
    ['"\n"', 0, '"'],
  ])('says of %j where it stops being JSON', (text, line, found) => {
    const { error } = attempt(() => readJsonText(text));
    expect(error).toMatchObject({ code: 'not_json', line, found });
  });

  it('counts lines in texts and between values alike, however many there are', () => {
    const { lines } = readJsonText(`[${Array.from({ length: 20_000 }, (_, n) => `\n${n}`).join(',')}\n]`);
    expect([lines.get('0'), lines.get('9999'), lines.get('19999')]).toEqual([1, 10_000, 20_000]);
  });

  it('does not follow a text into any depth', () => {
    expect(attempt(() => readJsonText('['.repeat(100_000))).error).toBeInstanceOf(JsonTextError);
  });

  it('takes a field called __proto__ for a field', () => {
    const { value } = readJsonText('{"__proto__": {"a": 1}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
  });
});

describe('the examples', () => {
  it('can run as they are, and stay on the origin that serves them', () => {
    const examples = ownExamples('http://127.0.0.1:4000');
    expect(examples.map(({ name }) => name)).toEqual(['tour', 'wait', 'miss']);
    for (const { text } of examples) {
      const { issues, body } = readDraft(text, PROJECT, WORDS);
      expect(issues).toEqual([]);
      expect(body?.baseUrl).toBe('http://127.0.0.1:4000');
    }
  });

  it('of the folder say whether they need the sample shop', () => {
    expect(givenExample({ name: 'hello', text: '{ "site": "sample-shop" }\n' })).toEqual({
      name: 'hello',
      text: '{ "site": "sample-shop" }',
      needsShop: true,
    });
  });
});

describe('a draft of a flow', () => {
  const read = (text: string) => readDraft(text, PROJECT, WORDS);

  it('can be posted once it has no problem; a site is for the command line only', () => {
    const flow = { site: 'sample-shop', baseUrl: 'http://x.test', steps: [{ action: 'goto', url: '/' }] };
    expect(read(JSON.stringify(flow))).toEqual({
      issues: [],
      body: { baseUrl: 'http://x.test', steps: flow.steps, project: PROJECT },
    });
  });

  it('shows each problem beside the field that has it', () => {
    const text =
      '{\n  "baseUrl": "ftp://x",\n  "steps": [\n    { "action": "goto" },\n    { "action": "dance" }\n  ]\n}';
    expect(read(text).issues.map(({ path, line }) => [path, line])).toEqual([
      ['baseUrl', 1],
      ['steps.0.url', 3],
      ['steps.1.action', 4],
    ]);
  });

  it('shows a field that is missing beside what it is missing in', () => {
    expect(read('{\n  "baseUrl": "http://x.test"\n}').issues).toEqual([
      { path: 'steps', line: 0, message: 'is required' },
    ]);
  });

  it('is not JSON where it is not', () => {
    expect(read('{\n  "baseUrl": oops').issues).toEqual([{ path: '', line: 1, message: 'not JSON: o' }]);
    expect(read('[]').issues).toEqual([{ path: '', line: 0, message: 'not a flow' }]);
  });
});

function attempt(work: () => unknown): { ok: boolean; error?: unknown } {
  try {
    work();
    return { ok: true };
  } catch (error) {
    return { ok: false, error };
  }
}
