/* The editor suggests what may stand at the caret, and what is taken leaves the JSON whole. */
import { describe, expect, it } from 'vitest';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { describeApi } from '../../../../../../../services/gateway/describe/openapi/document.ts';
import { completionsAt } from '../../../../../../../services/visualiser/app/kit/editor/completion/completions.ts';
import { schemaIn } from '../../../../../../../services/visualiser/app/kit/editor/completion/schema-source.ts';

const api = await inSlices(describeApi({ version: '1.2.3' }));
const start = schemaIn(api, 'start')!;
const named = schemaIn(api, 'namedFlow')!;

/** The caret is at the bar. */
function at(marked: string, schema = start) {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  return { text, found: completionsAt(text, offset, schema) };
}
const labels = (marked: string, schema = start) => at(marked, schema).found?.items.map(({ label }) => label);

/** The text with the caret after one of the suggestions was taken. */
function taken(marked: string, label: string, schema = start): string {
  const { text, found } = at(marked, schema);
  const item = found!.items.find((one) => one.label === label)!;
  const written = `${item.text.slice(0, item.caret)}|${item.text.slice(item.caret)}`;
  return text.slice(0, found!.from) + written + text.slice(found!.to);
}

describe('what can be written in a flow', () => {
  it('are the fields of a start, or of a named flow, that are not there yet', () => {
    const fields = labels('{ "baseUrl": "http://a/", | }')!;
    expect(fields).toEqual(expect.arrayContaining(['steps', 'onCancel', 'inputs', 'labels', 'project']));
    expect(fields).not.toContain('baseUrl');
    const kept = labels('{ | }', named)!;
    expect(kept).toEqual(expect.arrayContaining(['baseUrl', 'steps', 'inputsSchema']));
    expect(kept).not.toContain('labels');
  });

  it('are those that have what was typed of them, first those that begin with it', () => {
    expect(labels('{ "ste| }')?.[0]).toBe('steps');
    expect(labels('{ "ste| }')).toContain('captureScreenshotAfterEachStep');
    expect(labels('{ base| }')).toEqual(['baseUrl']);
    expect(labels('{ "nothing like it| }')).toBeUndefined();
  });

  it('are all verbs for a step, whatever it has already', () => {
    const verbs = labels('{ "steps": [{ "action": "|", "url": "/" }] }')!;
    expect(verbs).toEqual(expect.arrayContaining(['goto', 'click', 'fill', 'expect', 'extract', 'set']));
    expect(labels('{ "steps": [{ "action": "extr|" }] }')).toEqual(['extract']);
  });

  it('are the fields of the verb that a step has', () => {
    const fields = labels('{ "steps": [{ "action": "fill", | }] }')!;
    expect(fields).toEqual(expect.arrayContaining(['selector', 'value', 'secret', 'timeoutMs']));
    expect(fields).not.toContain('url');
    expect(labels('{ "steps": [{ "action": "goto", | }] }')).toContain('url');
    expect(labels('{ "steps": [{ "action": "click", "when": { | } }] }')).toEqual([
      'visible',
      'hidden',
      'urlIncludes',
    ]);
  });

  it('are the values that a field may have', () => {
    expect(labels('{ "headless": | }')).toEqual(['true', 'false']);
    expect(labels('{ "onRunnerLoss": "|" }')).toEqual(['fail', 'requeue']);
    const types = labels('{ "inputsSchema": { "properties": { "who": { "type": "|" } } } }')!;
    expect(types).toEqual(expect.arrayContaining(['string', 'number', 'boolean']));
  });

  it.each([
    ['{ | }', 'steps', '{ "steps": [|] }'],
    ['{ "base| }', 'baseUrl', '{ "baseUrl": "|" }'],
    ['{ "|": "http://a/" }', 'baseUrl', '{ "baseUrl"|: "http://a/" }'],
    ['{ |"steps": [] }', 'headless', '{ "headless": true|,"steps": [] }'],
    ['{ "steps": [{ | }] }', 'action', '{ "steps": [{ "action": "|" }] }'],
    ['{ "steps": [{ "action": "cl|" }] }', 'click', '{ "steps": [{ "action": "click"| }] }'],
    ['{ "steps": [{ "action": | }] }', 'goto', '{ "steps": [{ "action": "goto"| }] }'],
  ])('in %s, taking %s makes %s', (marked, label, after) => {
    expect(taken(marked, label)).toBe(after);
  });

  it.each([
    ['behind a value', '{ "baseUrl": "http://a/" | }'],
    ['in a text of the own', '{ "steps": [{ "action": "goto", "url": "/a|" }] }'],
    ['behind what is complete', '{ "headless": true| }'],
    ['in what is no JSON', 'hello |'],
    ['in a field that nobody knows', '{ "unknown": { | } }'],
  ])('are none %s', (_, marked) => {
    expect(labels(marked)).toBeUndefined();
  });

  it('say what the API says of them', () => {
    const { found } = at('{ "baseU| }');
    expect(found?.items[0]?.about).toContain('URL of the site');
  });
});

it('a document without such a schema has no suggestions', () => {
  for (const document of [undefined, {}, { paths: { '/v1/run': { post: {} } } }])
    expect(schemaIn(document, 'start')).toBeUndefined();
});
