/* A flow is posted as its file says, and each field that cannot be used is named with its reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { FlowError, parseFlow, readFlowFile } from '../../../../services/cli/flow/flow-file.ts';

const EXAMPLES = join(import.meta.dirname, '../../../../examples');
const flow = { baseUrl: 'http://shop.test', steps: [{ action: 'goto', url: '/' }] };
const linesOf = (json: string): string => {
  try {
    parseFlow('a.json', json);
    return '';
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    return error.lines().join('\n');
  }
};

test('a flow is posted as it is, without what only the command line wants to know', () => {
  const given = { ...flow, project: 'p', site: 'sample-shop', contextId: 'c', extra: 1 };
  expect(parseFlow('a.json', JSON.stringify(given))).toEqual({
    flow: { ...flow, contextId: 'c', extra: 1 },
    project: 'p',
    site: 'sample-shop',
  });
});

test('each field that cannot be used is named with its reason', () => {
  const text = linesOf(
    JSON.stringify({
      baseUrl: 'ftp://x',
      headless: 3,
      steps: [{ action: 'goto' }, { action: 'zap' }, { action: 'click', selector: '' }],
    }),
  );
  expect(text.split('\n')[0]).toBe('a.json is not a valid flow:');
  for (const field of ['baseUrl', 'headless', 'steps.0.url', 'steps.1.action', 'steps.2.selector'])
    expect(text).toMatch(new RegExp(`^  ${field}: \\S`, 'm'));
});

test('a goto that leaves the site is named', () => {
  const text = linesOf(JSON.stringify({ ...flow, steps: [{ action: 'goto', url: '//other' }] }));
  expect(text).toContain('steps.0.url: must share the origin of baseUrl');
});

test.each(['', '[1', '[]', 'null', '"x"', '3'])('%j is no flow, and the line says so', (json) => {
  expect(linesOf(json)).toMatch(/^a\.json is not (JSON|a flow)/);
});

test('a flow comes from stdin, too', async () => {
  const input = Readable.from([JSON.stringify(flow)]);
  expect((await readFlowFile('-', '/', input)).flow).toEqual(flow);
});

test.each([
  ['no-such.json', 'no such file'],
  ['.', 'it is a folder'],
])('%s cannot be read: %s', async (path, reason) => {
  await expect(readFlowFile(path, EXAMPLES, Readable.from([]))).rejects.toThrow(
    `${path} cannot be read: ${reason}`,
  );
});

test.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.json')))(
  'the example %s can run, and says which site it visits',
  (name) => {
    expect(parseFlow(name, readFileSync(join(EXAMPLES, name), 'utf8')).site).toBe('sample-shop');
  },
);

test('a flow without a name is named after its file', async () => {
  const read = (path: string) => readFlowFile(path, EXAMPLES, Readable.from([]));
  expect((await read('order.json')).flow.name).toBe('order');
});
