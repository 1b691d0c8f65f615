/*
 * What a flow that is kept under a name would hold of secrets: what is written, and what is behind the names that it types,
 * in the schema of an input and in `set`. Pure.
 */
import type { ValueSchema } from './json-schema.ts';
import { type LiteralPlace, literalsBehind } from './literals.ts';
import { isHttpUrl } from './origin.ts';
import { isSecretFill, passwordsOf } from './secrets.ts';
import type { Step } from './step.ts';

export interface WrittenSecret {
  path: (string | number)[];
  message: 'secret_in_flow' | 'password_in_flow';
}

interface KeptFlow {
  baseUrl: string;
  steps: Step[];
  onCancel?: Step[] | undefined;
  inputsSchema?: ValueSchema | undefined;
}

/** Each place once: a value to type that is written and not said to be no secret, and a password in a URL. */
export function writtenSecrets(flow: KeptFlow): WrittenSecret[] {
  const found: WrittenSecret[] = hasPassword(flow.baseUrl, flow.baseUrl)
    ? [{ path: ['baseUrl'], message: 'password_in_flow' }]
    : [];
  for (const list of ['steps', 'onCancel'] as const)
    for (const [index, step] of (flow[list] ?? []).entries()) {
      const literals = (text: string, field: string): LiteralPlace[] =>
        literalsBehind(flow, text, [list, index, field]);
      if (isSecretFill(step))
        for (const { path } of literals(step.value, 'value')) found.push({ path, message: 'secret_in_flow' });
      if (step.action === 'goto')
        for (const { path, text } of literals(step.url, 'url'))
          if (hasPassword(text, flow.baseUrl)) found.push({ path, message: 'password_in_flow' });
    }
  return [...new Map(found.map((one) => [JSON.stringify(one.path), one])).values()];
}

/** A relative URL may have one, too: `//user:password@host`. */
export const hasPassword = (url: string, baseUrl: string): boolean =>
  isHttpUrl(baseUrl) && passwordsOf(URL.parse(url, baseUrl)?.href ?? '').length > 0;
