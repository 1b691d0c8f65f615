/*
 * The flow of a run as it can be kept under a name: with an input for each value that is hidden, since a named flow holds no
 * secret. Pure.
 */
import type { ShownFlow } from '#shared/api/client/index.ts';
import { mapTexts } from '#shared/domain/flow/fill-in.ts';
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import { type Fields, fieldsOf } from '#shared/platform/json/fields.ts';
import { stepsOf } from '../../kit/editor/flow-fields.ts';
import { isHidden, keptSchemaOf } from './kept-schema.ts';

const LISTS = ['steps', 'onCancel'] as const;

/** A place in a step, and what the step does. */
export interface HiddenPlace {
  list: (typeof LISTS)[number];
  index: number;
  field: string;
  action: string;
}

/** A text in a step that is hidden, and becomes an input. */
export interface HiddenValue extends HiddenPlace {
  /** A name for its input. */
  name: string;
}

/** Names by what is hidden: those of {@link hiddenValuesOf}, or others. */
export type InputNames = (hidden: HiddenValue) => string;

export function hiddenValuesOf({ flow }: ShownFlow): HiddenValue[] {
  const taken = new Set(Object.keys(fieldsOf(fieldsOf(flow.inputsSchema).properties)));
  return placesIn(flow, hiddenTextsOf).map(({ step, ...place }) => {
    const name = freeName(nameFor(step, place.field), taken);
    taken.add(name);
    return { ...place, name };
  });
}

/** Where a value stays hidden, since no input can stand there. */
export const lostPlacesOf = ({ flow }: ShownFlow): HiddenPlace[] =>
  placesIn(flow, (step) => {
    const { note: _, ...filled } = mapTexts(step, () => '');
    return Object.keys(filled).filter((field) => isHidden(filled[field]));
  }).map(({ step: _, ...place }) => place);

/** Whether the address of the site had a password, for which there is no input. */
export const dropsPassword = ({ flow }: ShownFlow): boolean => isHidden(flow.baseUrl);

/** The fields of a start, in the order in which people write a flow; what belongs to the start alone is still among them. */
export function keptFlowOf(shown: ShownFlow, nameOf: InputNames): Fields {
  const { flow } = shown;
  const hidden = hiddenValuesOf(shown);
  const hiddenIn = (list: string, index: number) =>
    hidden
      .filter((one) => one.list === list && one.index === index)
      .map((one) => [one.field, nameOf(one)] as const);
  const lists = LISTS.filter((list) => list in flow).map(
    (list) => [list, stepsOf(flow, list).map((step, at) => filledStep(step, hiddenIn(list, at)))] as const,
  );
  const inputsSchema = keptSchemaOf(
    flow,
    lists.flatMap(([, steps]) => steps),
    hidden.map(nameOf),
  );
  const { baseUrl, steps: ___, onCancel: ____, inputs: _, inputsSchema: __, ...others } = flow;
  const fields = {
    baseUrl: typeof baseUrl === 'string' ? baseUrl.replace(`${REDACTED}@`, '') : baseUrl,
    inputsSchema,
    ...others,
    ...Object.fromEntries(lists),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function placesIn(
  flow: Fields,
  fieldsIn: (step: Fields) => readonly string[],
): (HiddenPlace & { step: Fields })[] {
  return LISTS.flatMap((list) =>
    stepsOf(flow, list).flatMap((step, index) =>
      fieldsIn(step).map((field) => ({ list, index, field, action: String(step.action), step })),
    ),
  );
}

/** The fields with hidden texts that may have templates. */
function hiddenTextsOf(step: Fields): string[] {
  const found = new Set<string>();
  mapTexts(step, (text, _, [field]) => {
    if (isHidden(text)) found.add(String(field));
  });
  return [...found];
}

function filledStep(step: Fields, names: readonly (readonly [field: string, name: string])[]): Fields {
  const templates = new Map(names.map(([field, name]) => [field, `\${inputs.${name}}`]));
  return mapTexts(step, (text, _, [field]) => {
    const template = templates.get(String(field));
    if (template === undefined) return text;
    // An address with a password is an input as a whole.
    return field === 'url' && text.includes(`//${REDACTED}@`)
      ? template
      : text.replaceAll(REDACTED, () => template);
  });
}

/** A name as the element is called that it is typed into. */
function nameFor({ selector, action }: Fields, field: string): string {
  if (action === 'goto') return 'address';
  const text = typeof selector === 'string' && field !== 'selector' ? selector : '';
  const [, attribute] =
    /\[(?:name|id|data-testid|placeholder|aria-label)[*^$~|]?=\s*["']?([^"'\]]+)/.exec(text) ?? [];
  const [, id] = /#([\w-]+)/.exec(text) ?? [];
  const name = (attribute ?? id ?? '').replaceAll(/[^\w-]+/g, '_').replaceAll(/^[^A-Za-z_]+|_+$/g, '');
  return name === '' || name === '__proto__' ? 'secret' : name.slice(0, 60);
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n += 1) if (!taken.has(`${wanted}${n}`)) return `${wanted}${n}`;
}
