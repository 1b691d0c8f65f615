/* A start is completed with the defaults, and refused with the place of everything that is wrong in it. */
import { describe, expect, it } from 'vitest';
import type { ValidationDetails } from '#shared/api/contract/errors/error-body.ts';
import { startBody } from '#shared/api/contract/runs/start.ts';
import { RequestError } from '../../../../../services/gateway/http/errors.ts';
import { validate } from '../../../../../services/gateway/http/input.ts';
import type { AnswerLanguage } from '../../../../../services/gateway/http/language.ts';
import { threadMs } from '../../../../support/thread-ms.ts';

const STEP = { action: 'goto', url: '/' };
const GOOD = { project: 'p', baseUrl: 'http://shop.test', steps: [STEP] };
const step = (given: Record<string, unknown>) => ({ ...GOOD, steps: [STEP, given] });

function refusal(body: unknown, language: AnswerLanguage = 'none'): ValidationDetails {
  try {
    validate(startBody, body, language);
  } catch (error) {
    if (error instanceof RequestError && error.details) return error.details;
    throw error;
  }
  throw new Error('the body was accepted');
}
const paths = (body: unknown) => refusal(body).issues.map(({ path }) => path);

describe('the body of POST /v1/run', () => {
  it('is completed with the defaults, and unknown fields are dropped', () => {
    expect(validate(startBody, { ...GOOD, viewport: {}, artifactsDir: 'x' }, 'none')).toEqual({
      ...GOOD,
      headless: true,
      captureScreenshotAfterEachStep: false,
      captureA11yAfterEachStep: false,
      recordVideoOnFailure: false,
      playwrightTrace: 'on-failure',
      checkpoints: false,
      defaultTimeoutMs: 30_000,
      onRunnerLoss: 'fail',
      cancelPrevious: false,
    });
  });

  it('takes from `plan` what is missing beside it', () => {
    const plan = { baseUrl: 'http://other.test', steps: [STEP], headless: false, contextId: 'c' };
    const { baseUrl, headless, contextId } = validate(
      startBody,
      { project: 'p', baseUrl: 'http://shop.test', plan },
      'none',
    );
    expect({ baseUrl, headless, contextId }).toEqual({
      baseUrl: 'http://shop.test',
      headless: false,
      contextId: 'c',
    });
  });

  it('is refused with the exact shape of details', () => {
    expect(refusal({ ...GOOD, steps: [STEP, { action: 'goto', url: '//other' }] })).toEqual({
      formErrors: [],
      fieldErrors: { steps: ['must share the origin of baseUrl'] },
      issues: [{ path: 'steps.1.url', message: 'must share the origin of baseUrl' }],
    });
  });

  it('names every missing field, the project first', () => {
    expect(refusal({})).toEqual({
      formErrors: [],
      fieldErrors: { project: ['is required'], baseUrl: ['is required'], steps: ['is required'] },
      issues: ['project', 'baseUrl', 'steps'].map((path) => ({ path, message: 'is required' })),
    });
  });

  it.each<[string, unknown, string[]]>([
    ['no object', [], ['']],
    ['null', null, ['']],
    ['an empty project', { ...GOOD, project: '' }, ['project']],
    ['a long project', { ...GOOD, project: 'p'.repeat(201) }, ['project']],
    ['a number as project', { ...GOOD, project: 1 }, ['project']],
    ['baseUrl that is no URL', { ...GOOD, baseUrl: 'shop' }, ['baseUrl']],
    ['baseUrl of another scheme', { ...GOOD, baseUrl: 'ftp://shop.test' }, ['baseUrl']],
    ['a long baseUrl', { ...GOOD, baseUrl: `http://shop.test/${'a'.repeat(4_100)}` }, ['baseUrl']],
    ['no step', { ...GOOD, steps: [] }, ['steps']],
    ['too many steps', { ...GOOD, steps: Array.from({ length: 26 }, () => STEP) }, ['steps']],
    ['an object as steps', { ...GOOD, steps: { 0: STEP } }, ['steps']],
    ['a step that is no object', { ...GOOD, steps: [STEP, 'goto'] }, ['steps.1']],
    ['null as headless', { ...GOOD, headless: null }, ['headless']],
    ['a text as flag', { ...GOOD, captureA11yAfterEachStep: 'yes' }, ['captureA11yAfterEachStep']],
    ['a timeout of 0', { ...GOOD, defaultTimeoutMs: 0 }, ['defaultTimeoutMs']],
    ['a timeout too long', { ...GOOD, defaultTimeoutMs: 120_001 }, ['defaultTimeoutMs']],
    ['half a millisecond', { ...GOOD, defaultTimeoutMs: 0.5 }, ['defaultTimeoutMs']],
    ['an empty contextId', { ...GOOD, contextId: '' }, ['contextId']],
    ['a long contextId', { ...GOOD, contextId: 'c'.repeat(201) }, ['contextId']],
    ['an unknown verb', step({ action: 'dance' }), ['steps.1.action']],
    ['a verb of Object.prototype', step({ action: 'constructor' }), ['steps.1.action']],
    ['no verb', step({}), ['steps.1.action']],
    ['goto without url', step({ action: 'goto' }), ['steps.1.url']],
    ['click without selector', step({ action: 'click' }), ['steps.1.selector']],
    ['an empty selector', step({ action: 'click', selector: '' }), ['steps.1.selector']],
    ['a long selector', step({ action: 'click', selector: 'a'.repeat(2_001) }), ['steps.1.selector']],
    ['fill without value', step({ action: 'fill', selector: 'a' }), ['steps.1.value']],
    [
      'selectOption with a number',
      step({ action: 'selectOption', selector: 'a', value: 1 }),
      ['steps.1.value'],
    ],
    ['press without key', step({ action: 'press' }), ['steps.1.key']],
    ['no files', step({ action: 'setInputFiles', selector: 'a', files: [] }), ['steps.1.files']],
    ['a timeout that is a text', step({ action: 'snapshot', timeoutMs: '5' }), ['steps.1.timeoutMs']],
    ['a step timeout too long', step({ action: 'snapshot', timeoutMs: 120_001 }), ['steps.1.timeoutMs']],
    ['NUL in a selector', step({ action: 'click', selector: 'a\0b' }), ['steps.1.selector']],
    ['half a surrogate pair', step({ action: 'fill', selector: 'a', value: '\ud800' }), ['steps.1.value']],
    ['NUL in the project', { ...GOOD, project: 'p\0' }, ['project']],
  ])('with %s is refused', (_, body, expected) => {
    expect(paths(body)).toEqual(expected);
  });

  it.each([
    'https://other.test/',
    'https://shop.test/',
    'http://shop.test:81/',
    '//other.test',
    'http:\\\\other.test',
    '\\\\other.test\\a',
    '/\\other.test',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://shop.test@other.test/',
    ' \t//other.test',
    'http://[',
  ])('with goto %j leaves the origin and is refused', (url) => {
    expect(paths(step({ action: 'goto', url }))).toEqual(['steps.1.url']);
  });

  it('answers in Spanish when asked to', () => {
    const { issues } = refusal(
      { ...GOOD, project: undefined, baseUrl: 'x', steps: [{ action: 'dance' }], headless: 1 },
      'es',
    );
    expect(issues.map(({ message }) => message)).toEqual([
      'es obligatorio',
      'debe ser una URL http o https',
      expect.stringMatching(/^debe ser uno de goto, /),
      'debe ser true o false, no un número',
    ]);
  });

  it('is checked in less time than it takes to write it, however long its lists are', () => {
    const many = Array.from({ length: 300_000 }, () => ({}));
    const checked = threadMs();
    expect(refusal({ ...GOOD, steps: many }).issues).toHaveLength(1);
    expect(refusal(step({ action: 'selectOption', selector: 'a', value: many })).issues).toHaveLength(1);
    const written = threadMs();
    JSON.stringify([many, many]);
    expect(written - checked).toBeLessThan(threadMs() - written);
  });
});
