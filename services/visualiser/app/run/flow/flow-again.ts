/*
 * The flow of a run as it is edited to be run again: what differs from the flow that was shown, and the texts that are
 * hidden in it. Pure.
 */
import type { ShownFlow } from '#shared/api/client/index.ts';
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import type { DraftIssue, DraftWords } from '../../kit/editor/draft.ts';
import { locate, readDraft } from '../../kit/editor/flow-draft.ts';
import { formatFlow } from '../../kit/editor/flow-text.ts';

type Fields = Readonly<Record<string, unknown>>;

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
  if (text === editorTextOf(shown))
    return { issues: [], asked, changes: given.size > 0 ? { values: Object.fromEntries(given) } : {} };
  const { issues, body } = readDraft(text, String(shown.flow.project), words, { isAgain: true });
  if (!body) return { issues, asked };
  const changes = changesOf(shown.flow, withSecrets(body as Fields, given));
  const left = found.filter((hidden) => !hidden.isSecret && hidden.list in changes && !isKept(hidden, shown));
  if (left.length === 0) return { issues, asked, changes };
  const hints = left.map(({ path }) => ({ path: path.split('.'), message: words.hidden }));
  return { issues: locate(text, hints), asked };
}

interface Hidden extends AskedSecret {
  list: 'baseUrl' | 'steps' | 'onCancel';
  step?: Fields;
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
            step,
            isSecret: isSecretField(step, field),
          });
  return found;
}

const isHidden = (value: unknown): boolean => typeof value === 'string' && value.includes(REDACTED);

const isSecretField = ({ action, secret }: Fields, field: string): boolean =>
  (action === 'fill' && field === 'value' && secret !== false) || (action === 'goto' && field === 'url');

/** Who wrote a step has it kept as long as it is as it was. */
const isKept = ({ list, step }: Hidden, { flow, keepsHidden }: ShownFlow): boolean =>
  keepsHidden &&
  step !== undefined &&
  stepsOf(flow, list).some((before) => canonical(before) === canonical(step));

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
  return { ...flow, ...Object.fromEntries(lists), ...own('baseUrl', 'baseUrl') };
}

/** The steps of a list, as far as they are any. */
export const stepsOf = (flow: Fields, list: string): Fields[] => {
  const steps = flow[list];
  return Array.isArray(steps) ? steps.map((step: unknown) => (isFields(step) ? step : {})) : [];
};

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The flow of a text; empty while it is none. */
export function flowFieldsOf(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

const canonical = (step: Fields): string => JSON.stringify(Object.entries(step).toSorted());
