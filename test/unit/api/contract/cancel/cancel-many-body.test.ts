/* A bulk cancel has to say clearly which runs it is for; whatever might cancel more than was meant is refused. */
import { describe, expect, it } from 'vitest';
import { cancelManyBody, cancelQuery } from '#shared/api/contract/cancel/cancel.ts';

const refused = (body: unknown) => !cancelManyBody.safeParse(body).success;

describe('the body of a bulk cancel', () => {
  it.each([
    { all: true },
    { project: 'x' },
    { status: 'running', mode: 'force' },
    { ids: ['anything'] },
    { since: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00.5Z', reason: 'enough' },
  ])('takes %j', (body) => {
    expect(cancelManyBody.parse(body)).toEqual({ mode: 'graceful', ...body });
  });

  it.each([
    ['nothing at all', {}],
    ['a reason only', { reason: 'why' }],
    ['all that is not meant', { all: false }],
    ['no ids', { ids: [] }],
    ['too many ids', { ids: Array.from({ length: 1_001 }, String) }],
    ['an id that is none', { ids: [1] }],
    ['an id that is huge', { ids: ['x'.repeat(101)] }],
    ['ids beside a filter', { ids: ['a'], project: 'x' }],
    ['ids beside all', { ids: ['a'], all: true }],
    ['a final status', { status: 'pass' }],
    ['an empty project', { project: '' }],
    ['a filter that is misspelt', { all: true, proyect: 'x' }],
    ['a key of prototypes', JSON.parse('{"all": true, "__proto__": {"project": "x"}}')],
    ['a time without a date', { since: 'yesterday' }],
    ['a huge reason', { all: true, reason: 'x'.repeat(1_001) }],
    ['an unknown mode', { all: true, mode: 'gently' }],
    ['a list', [{ all: true }]],
    ['null', null],
  ])('refuses %s', (_, body) => {
    expect(refused(body)).toBe(true);
  });
});

describe('the flag of a dry run', () => {
  it.each([
    [undefined, false],
    ['false', false],
    ['0', false],
    ['true', true],
    ['1', true],
    ['', true],
  ])('%j means %j', (dryRun, meaning) => {
    expect(cancelQuery.parse({ dryRun })).toEqual({ dryRun: meaning });
  });

  it.each(['yes', 'TRUE', ['true', 'false'], 'true '])('%j is refused: a guess might cancel', (dryRun) => {
    expect(cancelQuery.safeParse({ dryRun }).success).toBe(false);
  });
});
