/*
 * The inputs of a flow as fields of a form. Pure. While it is typed, a flow may be anything.
 */
import { type Fields, fieldsOf } from '#shared/platform/json/fields.ts';

type InputKind = 'text' | 'lines' | 'number' | 'checkbox' | 'choice' | 'secret' | 'json';

export interface InputField {
  name: string;
  kind: InputKind;
  /** The one that is described. */
  type: unknown;
  /** What people call it. */
  title: string;
  description: string | undefined;
  isRequired: boolean;
  /** Undefined if there is none. */
  value: unknown;
  /** What it is without one, if the schema says so. */
  standard: unknown;
  /** Values that it may have. */
  choices: readonly unknown[];
}

/** The inputs that a flow has or describes. */
export function inputFieldsOf(flow: Fields): InputField[] {
  const [inputs, schema] = [fieldsOf(flow.inputs), fieldsOf(flow.inputsSchema)];
  const described = fieldsOf(schema.properties);
  const names = new Set([...Object.keys(described), ...Object.keys(inputs)]);
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  return [...names].map((name) => {
    const [own, value] = [fieldsOf(valueIn(described, name)), valueIn(inputs, name)];
    const { title, description } = own;
    const choices: readonly unknown[] = Array.isArray(own.enum) ? own.enum : [];
    return {
      name,
      kind: choices.length > 0 ? 'choice' : inputKindOf(own, value),
      type: own.type,
      title: typeof title === 'string' && title !== '' ? title : name,
      description: typeof description === 'string' ? description : undefined,
      isRequired: required.includes(name),
      value,
      standard: own.default,
      choices,
    };
  });
}

/** A field for the type that is described, or that its value has. */
function inputKindOf({ type, format, writeOnly }: Fields, value: unknown): InputKind {
  if (writeOnly === true || format === 'password') return 'secret';
  const known = type ?? (typeof value === 'object' ? undefined : typeof value);
  if (known === 'string') return typeof value === 'string' && value.includes('\n') ? 'lines' : 'text';
  if (known === 'number' || known === 'integer') return 'number';
  return known === 'boolean' ? 'checkbox' : 'json';
}

const valueIn = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

/** The type that is described for an input. */
export const inputTypeOf = (flow: Fields, name: string): unknown =>
  fieldsOf(valueIn(fieldsOf(fieldsOf(flow.inputsSchema).properties), name)).type;

/** What is typed for a value of some type: a secret that is no text is typed as JSON. */
export function typedInput(type: unknown, typed: string): unknown {
  if (type === undefined || type === 'string') return typed;
  try {
    return JSON.parse(typed);
  } catch {
    return typed; // the gateway says what it has to be
  }
}
