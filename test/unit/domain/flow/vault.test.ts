/* A name of the vault stands only where a step types it, and that step shows nothing else. */
import { describe, expect, it } from 'vitest';
import { startBody } from '#shared/api/contract/runs/start.ts';
import { templateIssues } from '#shared/domain/flow/fill-in.ts';
import { redactStep } from '#shared/domain/flow/redact.ts';
import { hasMarkedValues, isMarked, markedValuesOf, secretsOf } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { parseTemplate } from '#shared/domain/flow/template.ts';
import { kindNamedBy, stepTimeMs, vaultReferencesOf } from '#shared/domain/flow/vault.ts';

const fill = (value: string, more: object = {}) =>
  ({ action: 'fill', selector: '#a', value, ...more }) as Step & { action: 'fill' };

const issues = (step: Step) =>
  templateIssues({ steps: [step] }).map(({ path, message }) => `${path.join('.')} ${message}`);

describe('names of the vault', () => {
  it('are found in their order, with what is meant of them', () => {
    const flow = {
      steps: [
        fill('plain'),
        fill('${secrets.shop.username}'),
        fill('${inputs.a}${secrets.pin}-${totp.shop}'),
      ],
      onCancel: [fill('${secrets.shop.password}')],
    };
    const found = vaultReferencesOf(flow);
    expect(found).toEqual([
      { root: 'secrets', name: 'shop', field: 'username', path: ['steps', 1, 'value'] },
      { root: 'secrets', name: 'pin', path: ['steps', 2, 'value'] },
      { root: 'totp', name: 'shop', path: ['steps', 2, 'value'] },
      { root: 'secrets', name: 'shop', field: 'password', path: ['onCancel', 0, 'value'] },
    ]);
    expect(found.map(kindNamedBy)).toEqual(['login', 'text', 'totp', 'login']);
  });

  it('are none where the template is escaped, or of another form', () => {
    expect(
      vaultReferencesOf({ steps: [fill('$${secrets.a}'), fill('${secrets.a'), fill('secrets.a')] }),
    ).toEqual([]);
  });

  it.each([
    '${secrets}',
    '${secrets.}',
    '${secrets.a.uri}',
    '${secrets.a.password.x}',
    '${secrets.__proto__}',
    '${secrets.a/b}',
    '${totp.a.code}',
    '${totp.a.password}',
    '${Secrets.a}',
  ])('%s is none', (text) => {
    expect(parseTemplate(text)).toBeUndefined();
    expect(issues(fill(text))).toEqual(['steps.0.value template_form']);
  });

  it.each<[string, Step]>([
    ['url', { action: 'goto', url: '/?${secrets.a}' }],
    ['selector', { ...fill('x'), selector: '#${secrets.a}' }],
    ['value', { action: 'selectOption', selector: '#a', value: '${totp.a}' }],
    ['value.deep', { action: 'set', name: 'x', value: { deep: '${secrets.a}' } }],
    ['contains', { action: 'expect', is: 'text', selector: '#a', contains: '${secrets.a.password}' }],
    ['when.visible', { ...fill('x'), when: { visible: '${secrets.a}' } }],
  ])('stand in the value of a fill step alone, not in %s', (place, step) => {
    expect(issues(step)).toEqual([`steps.0.${place} secret_only_typed`]);
  });

  it('are taken there, and with other texts', () => {
    expect(issues(fill('a ${secrets.a} ${totp.b}', { secret: false }))).toEqual([]);
  });
});

describe('a step that types of the vault', () => {
  it('counts as marked, whatever it says itself', () => {
    const steps = [fill('${secrets.a}', { secret: false })];
    expect(steps.map(isMarked)).toEqual([true]);
    expect(hasMarkedValues({ steps })).toBe(true);
    expect([markedValuesOf({ steps }), secretsOf({ steps })]).toEqual([[], []]);
  });

  it('may have no video', () => {
    const posted = {
      project: 'p',
      baseUrl: 'http://a.test',
      steps: [fill('${totp.a}', { secret: false })],
      recordVideoOnFailure: true,
    };
    const found = startBody
      .safeParse(posted)
      .error?.issues.map(({ path, message }) => [path.join('.'), message]);
    expect(found).toEqual([['recordVideoOnFailure', 'shows_secret']]);
  });

  it('is shown with its names, and without what else is written in it', () => {
    expect(redactStep(fill('${secrets.a}${totp.b}'))).toEqual(fill('${secrets.a}${totp.b}'));
    expect(redactStep(fill('my ${secrets.a}'))).not.toEqual(fill('my ${secrets.a}'));
  });

  it('has a minute more for a code, unless its time is given', () => {
    const flow = { defaultTimeoutMs: 1_000 };
    expect(stepTimeMs(fill('${secrets.a}'), flow)).toBe(1_000);
    expect(stepTimeMs(fill('${totp.a}'), flow)).toBe(61_000);
    expect(stepTimeMs(fill('${totp.a}', { timeoutMs: 5_000 }), flow)).toBe(5_000);
  });
});
