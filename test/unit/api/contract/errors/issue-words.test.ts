/* What is wrong with an input is said in our own words in two languages, without the input itself. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { registerBody } from '#shared/api/contract/accounts/accounts.ts';
import { ENDPOINTS } from '#shared/api/contract/endpoints.ts';
import { issueWords } from '#shared/api/contract/errors/issue-words.ts';
import { startBody } from '#shared/api/contract/runs/start.ts';

const said = (schema: z.ZodType, input: unknown, language: 'en' | 'es' = 'en'): string[] =>
  (schema.safeParse(input, { error: issueWords(language) }).error?.issues ?? []).map(
    ({ message }) => message,
  );

const FLOW = { project: 'p', baseUrl: 'http://shop.test', steps: [{ action: 'goto', url: '/' }] };

describe('what is wrong with an input', () => {
  it.each<[string, z.ZodType, unknown, string, string]>([
    ['a missing field', z.object({ a: z.string() }), {}, 'is required', 'es obligatorio'],
    [
      'another type',
      startBody,
      { ...FLOW, steps: {} },
      'must be a list, not an object',
      'debe ser una lista, no un objeto',
    ],
    [
      'no whole number',
      startBody,
      { ...FLOW, defaultTimeoutMs: 0.5 },
      'must be a whole number',
      'debe ser un número entero',
    ],
    [
      'a number without bounds',
      startBody,
      { ...FLOW, defaultTimeoutMs: JSON.parse('1e999') },
      'must be a number',
      'debe ser un número',
    ],
    ['an empty list', startBody, { ...FLOW, steps: [] }, 'must not be empty', 'no debe estar vacío'],
    [
      'a long text',
      startBody,
      { ...FLOW, contextId: 'c'.repeat(201) },
      'must have at most 200 characters',
      'debe tener como mucho 200 caracteres',
    ],
    [
      'a long list',
      startBody,
      { ...FLOW, steps: Array.from({ length: 26 }, () => FLOW.steps[0]) },
      'must have at most 25 items',
      'debe tener como mucho 25 elementos',
    ],
    [
      'a short password',
      registerBody,
      { email: 'a@b.test', password: 'short' },
      'must have at least 8 characters',
      'debe tener al menos 8 caracteres',
    ],
    [
      'a number that is too large',
      startBody,
      { ...FLOW, defaultTimeoutMs: 120_001 },
      'must be at most 120,000',
      'debe ser como mucho 120.000',
    ],
    [
      'another word',
      startBody,
      { ...FLOW, onRunnerLoss: 'hope' },
      'must be one of fail, requeue',
      'debe ser uno de fail, requeue',
    ],
    ['a field that is not known', z.strictObject({}), { a: 1, b: 2 }, ...unknown('a, b')],
    [
      'no time',
      z.iso.datetime(),
      'yesterday',
      'must be a time in UTC such as 2026-01-31T12:00:00Z',
      'debe ser una hora en UTC como 2026-01-31T12:00:00Z',
    ],
    ['another form', z.string().regex(/^a$/), 'b', 'has the wrong form', 'no tiene la forma correcta'],
  ])('is said in both languages: %s', (_, schema, input, en, es) => {
    expect([said(schema, input), said(schema, input, 'es')]).toEqual([[en], [es]]);
  });

  it('never tells the input itself, which may be a secret', () => {
    const steps = [{ action: 'fill', selector: 'a', value: 4_711 }];
    expect(said(startBody, { ...FLOW, steps })).toEqual(['must be a text, not a number']);
  });

  it('is in words of our own in every body of the contract, never in those of zod', () => {
    const inputs = [null, 1, 'a', [], {}, { ids: 1, steps: [1], events: ['x'], scopes: [], expiresAt: 'x' }];
    for (const endpoint of Object.values(ENDPOINTS)) {
      if (!('body' in endpoint)) continue;
      for (const input of inputs)
        for (const language of ['en', 'es'] as const)
          expect(said(endpoint.body, input, language).join()).not.toMatch(
            /invalid|too (small|big)|expected/i,
          );
    }
  });
});

function unknown(names: string): [string, string] {
  return [`has fields that are not known here: ${names}`, `tiene campos desconocidos aquí: ${names}`];
}
