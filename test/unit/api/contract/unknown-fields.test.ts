/* An unknown field is refused where ignoring it would do more than was meant; a start ignores it. */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { apiKeyBody } from '#shared/api/contract/accounts/accounts.ts';
import { rerunBody, startBody } from '#shared/api/contract/runs/start.ts';
import { rotateBody, webhookBody, webhookChangeBody } from '#shared/api/contract/webhooks/webhooks.ts';

const URL = 'https://site.example/hook';

describe('a field that is not known is refused where ignoring it would do more than was meant', () => {
  it.each<[string, z.ZodType, known: object, unknown: object]>([
    ['a key for ever', apiKeyBody, { label: 'ci' }, { label: 'ci', expires: '2030-01-01T00:00:00Z' }],
    [
      'a key with more rights',
      apiKeyBody,
      { label: 'ci', scopes: ['runs:read'] },
      { label: 'ci', scope: [] },
    ],
    ['a webhook of all events', webhookBody, { url: URL }, { url: URL, event: ['run.failed'] }],
    ['a webhook of all runs', webhookBody, { url: URL, filter: {} }, { url: URL, filter: { label: 'a' } }],
    ['a webhook that goes on', webhookChangeBody, { enabled: false }, { enable: false }],
    ['a secret for another day', rotateBody, { keepHours: 0 }, { keep_hours: 0 }],
    ['a rerun of the original', rerunBody, { steps: [], values: {} }, { flow: { steps: [] } }],
  ])('%s', (_, schema, known, unknown) => {
    expect(schema.safeParse(known).error).toBeUndefined();
    expect(schema.safeParse(unknown).error?.issues).toMatchObject([{ code: 'unrecognized_keys' }]);
  });

  it('but a start ignores it, as clients of the original expect', () => {
    const start = { project: 'p', baseUrl: 'https://site.example', steps: [{ action: 'goto', url: '/' }] };
    expect(startBody.safeParse({ ...start, viewport: {} }).error).toBeUndefined();
  });
});
