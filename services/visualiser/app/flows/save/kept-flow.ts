/*
 * The flow of a run as it can be kept under a name: with an input for each value that is hidden, since a named flow holds no
 * secret. Pure.
 */
import type { ShownFlow } from '#shared/api/client/index.ts';
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import { type Fields, fieldsOf, stepsOf } from '../../kit/editor/flow-fields.ts';

/** A text in a step that is hidden, and becomes an input. */
export interface HiddenValue {
  list: 'steps' | 'onCancel';
  index: number;
  field: string;
  action: string;
  /** A name for its input. */
  name: string;
}

/** Names by what is hidden: those of {@link hiddenValuesOf}, or others. */
export type InputNames = (hidden: HiddenValue) => string;

export function hiddenValuesOf({ flow }: ShownFlow): HiddenValue[] {
  const taken = new Set(Object.keys(fieldsOf(fieldsOf(flow.inputsSchema).properties)));
  return (['steps', 'onCancel'] as const).flatMap((list) =>
    stepsOf(flow, list).flatMap((step, index) =>
      Object.entries(step)
        .filter(([field, value]) => !NEVER_FILLED.includes(field) && isHidden(value))
        .map(([field]) => {
          const name = freeName(nameFor(step, field), taken);
          taken.add(name);
          return { list, index, field, action: String(step.action), name };
        }),
    ),
  );
}

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
  const lists = (['steps', 'onCancel'] as const)
    .filter((list) => list in flow)
    .map((list) => [list, stepsOf(flow, list).map((step, index) => filledStep(step, hiddenIn(list, index)))]);
  const inputsSchema = schemaOf(flow, hidden.map(nameOf));
  const { baseUrl, steps: ___, onCancel: ____, inputs: _, inputsSchema: __, ...others } = flow;
  const fields = {
    baseUrl: typeof baseUrl === 'string' ? baseUrl.replace(`${REDACTED}@`, '') : baseUrl,
    inputsSchema,
    ...others,
    ...Object.fromEntries(lists),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Texts for people: nothing is filled into them. */
const NEVER_FILLED = ['note'];

const isHidden = (value: unknown): boolean => (JSON.stringify(value) ?? '').includes(REDACTED);

function filledStep(step: Fields, names: readonly (readonly [field: string, name: string])[]): Fields {
  const filled = names.map(([field, name]) => {
    const template = `\${inputs.${name}}`;
    const value = step[field];
    // An address with a password is an input as a whole.
    if (field === 'url' && typeof value === 'string' && value.includes(`//${REDACTED}@`))
      return [field, template];
    return [field, JSON.parse(JSON.stringify(value).replaceAll(REDACTED, template)) as unknown];
  });
  return { ...step, ...Object.fromEntries(filled) };
}

/** What the inputs have to be: what the flow says of them, and the types of the others. */
function schemaOf(flow: Fields, secrets: readonly string[]): Fields | undefined {
  const schema = fieldsOf(flow.inputsSchema);
  const described = fieldsOf(schema.properties);
  const given = Object.entries(fieldsOf(flow.inputs))
    .filter(([name]) => !Object.hasOwn(described, name))
    .map(([name, value]) => [name, isHidden(value) ? SECRET : { ...typeOf(value), default: value }] as const);
  const fresh = secrets.filter((name) => !Object.hasOwn(described, name));
  if (given.length + fresh.length === 0) return flow.inputsSchema === undefined ? undefined : schema;
  const required = [
    ...(Array.isArray(schema.required) ? (schema.required as unknown[]) : []),
    ...given.filter(([, one]) => one === SECRET).map(([name]) => name),
    ...fresh,
  ];
  return {
    ...schema,
    type: 'object',
    properties: {
      ...described,
      ...Object.fromEntries(given),
      ...Object.fromEntries(fresh.map((name) => [name, SECRET])),
    },
    ...(required.length > 0 && { required: [...new Set(required)] }),
  };
}

const SECRET = { type: 'string', writeOnly: true };

function typeOf(value: unknown): { type?: string } {
  if (value === null) return {};
  if (Array.isArray(value)) return { type: 'array' };
  return { type: typeof value };
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
