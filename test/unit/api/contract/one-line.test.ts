/* I16: a text that is shown in one line has no line break, control character or mark of text direction. */
import { describe, expect, it } from 'vitest';
import type { ZodType } from 'zod';
import { apiKeyBody, projectBody } from '#shared/api/contract/accounts/accounts.ts';
import { startBody } from '#shared/api/contract/runs/start.ts';
import { webhookBody, webhookChangeBody } from '#shared/api/contract/webhooks/webhooks.ts';

const START = { project: 'p', baseUrl: 'http://a.test', steps: [{ action: 'goto', url: '/' }] };
const FIELDS: [field: string, schema: ZodType, bodyWith: (text: string) => object][] = [
  ['baseUrl', startBody, (text) => ({ ...START, baseUrl: `http://a.test/${text}` })],
  ['name', startBody, (name) => ({ ...START, name })],
  ['labels.0', startBody, (label) => ({ ...START, labels: [label] })],
  ['contextId', startBody, (contextId) => ({ ...START, contextId })],
  ['concurrencyKey', startBody, (concurrencyKey) => ({ ...START, concurrencyKey })],
  ['label', projectBody, (label) => ({ label })],
  ['label', apiKeyBody, (label) => ({ label })],
  ['url', webhookBody, (text) => ({ url: `http://a.test/${text}` })],
  ['filter.name', webhookChangeBody, (name) => ({ filter: { name } })],
  ['filter.labels.0', webhookChangeBody, (label) => ({ filter: { labels: [label] } })],
  ['description', webhookChangeBody, (description) => ({ description })],
];

describe('I16: what is shown in one line', () => {
  it.each(FIELDS)(
    '%s has no line break, control character or mark of text direction',
    (field, schema, bodyWith) => {
      for (const odd of [
        '\n',
        '\r',
        '\t',
        '\u0007',
        '\u001b',
        '\u0085',
        '\u2028',
        '\u202e',
        '\u2066',
        '\u200f',
        '\u061c',
      ]) {
        const refused = schema.safeParse(bodyWith(`a${odd}b`));
        const issues = refused.error?.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
        expect(issues, JSON.stringify(odd)).toEqual([{ path: field, message: 'not_one_line' }]);
      }
      for (const plain of ['a b', 'été', '日本', 'שלום', '👩‍💻'])
        expect(schema.safeParse(bodyWith(plain)).error).toBeUndefined();
    },
  );
});
