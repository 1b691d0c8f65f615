import type { Flow } from './flow.ts';
import { decodePercent } from './percent.ts';
import type { Step } from './step.ts';

/** What a flow keeps secret: its fill values, unless they are said to be none, and the passwords in its URLs. */
export function secretsOf(flow: Pick<Flow, 'steps' | 'onCancel'> & { baseUrl?: string }): string[] {
  const steps = [...flow.steps, ...(flow.onCancel ?? [])];
  const values = steps.flatMap((step) => (isSecretFill(step) ? [step.value] : []));
  const urls = [flow.baseUrl, ...steps.map((step) => (step.action === 'goto' ? step.url : undefined))];
  return [...new Set([...values, ...urls.flatMap((url) => (url === undefined ? [] : passwordsOf(url)))])];
}

export const isSecretFill = (step: Step): step is Step & { action: 'fill' } =>
  step.action === 'fill' && step.secret !== false;

/** The values that are marked: not even a picture may show them. */
export const markedValuesOf = (flow: Pick<Flow, 'steps' | 'onCancel'>): string[] =>
  [...flow.steps, ...(flow.onCancel ?? [])].flatMap((step) =>
    step.action === 'fill' && step.secret === true ? [step.value] : [],
  );

/** The password of an absolute URL, as written and decoded. */
export function passwordsOf(url: string): string[] {
  const password = URL.parse(url)?.password ?? '';
  return password === '' ? [] : [password, decodePercent(password)];
}

/** The URL without its user and password, as it may be shown. */
export function withoutCredentials(text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.username === '' && url.password === '')) return text;
  url.username = '';
  url.password = '';
  return url.href;
}
