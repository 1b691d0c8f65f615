/*
 * The flow of a run as it is edited to be run again: what differs from the flow that was shown, and the texts that are
 * hidden in it. Pure.
 */
import type { ShownFlow } from '#shared/api/client/index.ts';
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import { type Fields, fieldsOf } from '#shared/platform/json/fields.ts';
import type { DraftIssue, DraftWords } from '../../kit/editor/draft.ts';
import { locate, readDraft } from '../../kit/editor/flow-draft.ts';
import { flowFieldsOf, stepsOf } from '../../kit/editor/flow-fields.ts';
import { formatFlow } from '../../kit/editor/flow-text.ts';
import { inputTypeOf, typedInput } from '../../kit/inputs/inputs.ts';

/** A secret that the caller has to give, since another user wrote the one in the flow. */
export interface AskedSecret {
  /** Where it stands: `steps.3.value`. */
  path: string;
  /** The same for as long as its step is, wherever that moves; what was typed is kept by it. */
  key: string;
}

export interface AgainDraft {
  issues: DraftIssue[];
  asked: AskedSecret[];
  /** What a rerun is given; undefined while there are issues. */
  changes?: Record<string, unknown>;
}

export interface AgainWords extends DraftWords {
  /** A text that is hidden where no secret can be given for it. */
  hidden: string;
}

/** The text that an editor of the flow begins with. */
export const editorTextOf = ({ flow }: ShownFlow): string => formatFlow(flow);

/** `secrets` is what was typed, by the keys of what is asked for. */
export function readAgain(
  text: string,
  shown: ShownFlow,
  secrets: Readonly<Record<string, string>>,
  words: AgainWords,
): AgainDraft {
  const found = hiddenIn(flowFieldsOf(text));
  const asked = shown.keepsHidden ? [] : found.filter(({ isSecret }) => isSecret);
  const given = new Map(
    asked.map(({ path, key }) => [path, secrets[key] ?? '']).filter(([, secret]) => secret !== '') as [
      string,
      string,
    ][],
  );
  if (text === editorTextOf(shown)) return { issues: [], asked, changes: secretsAlone(shown.flow, given) };
  const { issues, body } = readDraft(text, String(shown.flow.project), words, { isAgain: true });
  if (!body) return { issues, asked };
  const changes = changesOf(shown.flow, withSecrets(body as Fields, given));
  const left = found.filter((hidden) => !hidden.isSecret && hidden.list in changes && !isKept(hidden, shown));
  if (left.length === 0) return { issues, asked, changes };
  const hints = left.map(({ path }) => ({ path: path.split('.'), message: words.hidden }));
  return { issues: locate(text, hints), asked };
}

/** The secrets that are given for a flow which is otherwise as it was. An input keeps its type, so all of them are sent. */
function secretsAlone(flow: Fields, given: ReadonlyMap<string, string>): Record<string, unknown> {
  const texts = [...given].filter(([path]) => !path.startsWith('inputs.'));
  return {
    ...(texts.length > 0 && { values: Object.fromEntries(texts) }),
    ...(texts.length < given.size && { inputs: withSecrets(flow, given).inputs }),
  };
}

interface Hidden extends AskedSecret {
  list: 'baseUrl' | 'steps' | 'onCancel' | 'inputs';
  /** The step, or the value of the input. */
  of?: unknown;
  /** Another can be given for it alone. */
  isSecret: boolean;
}

/** Where a flow shows the placeholder, whether it is valid or not. */
function hiddenIn(flow: Fields): Hidden[] {
  const found: Hidden[] = [];
  if (isHidden(flow.baseUrl))
    found.push({ path: 'baseUrl', key: `baseUrl ${flow.baseUrl}`, list: 'baseUrl', isSecret: true });
  for (const list of ['steps', 'onCancel'] as const)
    for (const [index, step] of stepsOf(flow, list).entries())
      for (const [field, value] of Object.entries(step))
        if ([value].flat().some(isHidden))
          found.push({
            path: `${list}.${index}.${field}`,
            key: `${field} ${canonical(step)}`,
            list,
            of: step,
            isSecret: isSecretField(step, field),
          });
  for (const [name, value] of Object.entries(fieldsOf(flow.inputs)))
    if (JSON.stringify(value).includes(REDACTED)) {
      const path = `inputs.${name}`;
      found.push({ path, key: path, list: 'inputs', of: value, isSecret: isHidden(value) });
    }
  return found;
}

const isHidden = (value: unknown): boolean => typeof value === 'string' && value.includes(REDACTED);

const isSecretField = ({ action, secret }: Fields, field: string): boolean =>
  (action === 'fill' && field === 'value' && secret !== false) || (action === 'goto' && field === 'url');

/** Who wrote a step or an input has it kept as long as it is as it was. */
function isKept({ list, of, path }: Hidden, { flow, keepsHidden }: ShownFlow): boolean {
  if (!keepsHidden || of === undefined) return false;
  if (list === 'inputs')
    return JSON.stringify(fieldsOf(flow.inputs)[path.slice('inputs.'.length)]) === JSON.stringify(of);
  return stepsOf(flow, list).some((before) => canonical(before) === canonical(fieldsOf(of)));
}

/** Fields that differ; `null` where one was taken away. */
function changesOf(before: Fields, after: Fields): Record<string, unknown> {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...fields]
      .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
      .map((field) => [field, after[field] ?? null]),
  );
}

function withSecrets(flow: Fields, given: ReadonlyMap<string, string>): Fields {
  const own = (path: string, field: string) => {
    const secret = given.get(path);
    return secret === undefined ? {} : { [field]: secret };
  };
  const lists = (['steps', 'onCancel'] as const)
    .filter((list) => list in flow)
    .map((list) => [
      list,
      stepsOf(flow, list).map((step, index) => {
        const field = step.action === 'goto' ? 'url' : 'value';
        return { ...step, ...own(`${list}.${index}.${field}`, field) };
      }),
    ]);
  const inputs = Object.entries(fieldsOf(flow.inputs)).map(([name, value]) => {
    const secret = given.get(`inputs.${name}`);
    return [name, secret === undefined ? value : typedInput(inputTypeOf(flow, name), secret)];
  });
  return {
    ...flow,
    ...Object.fromEntries(lists),
    ...('inputs' in flow && { inputs: Object.fromEntries(inputs) as unknown }),
    ...own('baseUrl', 'baseUrl'),
  };
}

const canonical = (step: Fields): string => JSON.stringify(Object.entries(step).toSorted());
