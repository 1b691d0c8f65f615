import type { Flow } from './flow.ts';
import { describesSecret } from './json-schema.ts';
import { decodePercent } from './percent.ts';
import type { Step } from './step.ts';
import { fillText, parseTemplate, type ValueLookUp, valueAt } from './template.ts';
import { vaultNamesIn } from './vault.ts';

type Secretive = Pick<Flow, 'steps' | 'onCancel' | 'inputs' | 'inputsSchema'> & { baseUrl?: string };

/**
 * What a flow keeps secret: its fill values, unless they are said to be none, the passwords in its URLs, and the inputs
 * that its schema calls secret. Inputs are filled in; a value that only the run itself has is not known here.
 */
export function secretsOf(flow: Secretive): string[] {
  const steps = [...flow.steps, ...(flow.onCancel ?? [])];
  const typed = typedIn(flow);
  const values = steps.flatMap((step) => (isSecretFill(step) ? typed(step.value) : []));
  const urls = [flow.baseUrl, ...steps.map((step) => (step.action === 'goto' ? step.url : undefined))];
  return [
    ...new Set([
      ...values,
      ...urls.flatMap((url) => (url === undefined ? [] : passwordsOf(url))),
      ...secretInputs(flow).flatMap((name) => innerTexts(flow.inputs?.[name])),
    ]),
  ];
}

export const isSecretFill = (step: Step): step is Step & { action: 'fill' } =>
  step.action === 'fill' && step.secret !== false;

/** The inputs that are secret by their description, or of which a part is. */
export function secretInputs({ inputs = {}, inputsSchema }: Pick<Flow, 'inputs' | 'inputsSchema'>): string[] {
  if (!inputsSchema) return [];
  const { properties = {}, additionalProperties, writeOnly } = inputsSchema;
  return Object.keys(inputs).filter((name) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    return writeOnly || (typeof schema === 'object' && describesSecret(schema));
  });
}

/** Whether not even a picture may show what a step types: it is marked, or names a secret of the vault. */
export const isMarked = (step: Step): step is Step & { action: 'fill' } =>
  step.action === 'fill' && (step.secret === true || vaultNamesIn(step).length > 0);

type Marking = Pick<Flow, 'steps' | 'onCancel' | 'inputs'>;
const markedSteps = ({ steps, onCancel = [] }: Marking) => [...steps, ...onCancel].filter(isMarked);

/** Whether a person may answer with a password. */
export const asksPassword = ({ steps }: Pick<Flow, 'steps'>): boolean =>
  steps.some((step) => step.action === 'ask' && step.fields.some(({ type }) => type === 'password'));

/** Whether a flow may type what no picture may show: then it has no video. */
export const hasMarkedValues = (flow: Marking): boolean => markedSteps(flow).length > 0 || asksPassword(flow);

/** The marked values that are known before the run. */
export const markedValuesOf = (flow: Marking): string[] => {
  const typed = typedIn(flow);
  return markedSteps(flow).flatMap((step) => typed(step.value));
};

/** What is typed for a text with templates; nothing if that is known only as the run goes on. */
function typedIn({ inputs }: Pick<Flow, 'inputs'>): (text: string) => string[] {
  const lookUp: ValueLookUp = ({ root, path }) =>
    root === 'inputs' ? (valueAt(inputs, path) ?? null) : undefined;
  return (text) => {
    const parts = parseTemplate(text) ?? [text];
    const isKnown = parts.every((part) => typeof part === 'string' || part.root === 'inputs');
    return isKnown ? [fillText(text, 'text', lookUp)] : [];
  };
}

/** Whether nothing of a text is written in it: it only names values. */
export const onlyNames = (text: string): boolean =>
  text !== '' && (parseTemplate(text) ?? [text]).every((part) => typeof part !== 'string');

/** The texts and numbers in a value. */
export function innerTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(innerTexts) : [];
}

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
