/*
 * What would be kept of secrets until a later start: the inputs of a flow, where it types them. Pure. A named flow itself holds
 * none (`written-secrets.ts`).
 */
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { ValueSchema } from '#shared/domain/flow/json-schema.ts';
import { literalsBehind } from '#shared/domain/flow/literals.ts';
import { isHttpUrl } from '#shared/domain/flow/origin.ts';
import { isSecretFill, passwordsOf, secretInputs } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { hasPassword } from '#shared/domain/flow/written-secrets.ts';

interface FlowWithInputs {
  baseUrl: string;
  steps: Step[];
  onCancel?: Step[] | undefined;
  inputs?: Flow['inputs'];
  inputsSchema?: ValueSchema | undefined;
}

interface SecretInClear {
  path: (string | number)[];
  message: 'secret_in_clear' | 'password_in_flow';
}

/** The steps that would type an input as a secret, the inputs that their schema calls secret, and a password in the URL. */
export function secretsInClear({ inputs = {}, ...flow }: FlowWithInputs): SecretInClear[] {
  const found: SecretInClear[] = [];
  if (isHttpUrl(flow.baseUrl) && passwordsOf(flow.baseUrl).length > 0)
    found.push({ path: ['baseUrl'], message: 'password_in_flow' });
  for (const name of secretInputs({ inputs, inputsSchema: flow.inputsSchema }))
    found.push({ path: ['inputs', name], message: 'secret_in_clear' });
  // What is given counts as written in the flow, and is followed as that is.
  const properties = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, { const: value }]),
  );
  const written = { ...flow, inputsSchema: { type: 'object', properties } as ValueSchema };
  for (const list of ['steps', 'onCancel'] as const)
    for (const [index, step] of (flow[list] ?? []).entries()) {
      const given = (text: string, field: string) =>
        literalsBehind(written, text, [list, index, field]).filter(({ path }) => path[0] === 'inputsSchema');
      if (isSecretFill(step) && given(step.value, 'value').length > 0)
        found.push({ path: [list, index, 'value'], message: 'secret_in_clear' });
      if (
        step.action === 'goto' &&
        given(step.url, 'url').some(({ text }) => hasPassword(text, flow.baseUrl))
      )
        found.push({ path: [list, index, 'url'], message: 'password_in_flow' });
    }
  return found;
}
