/* What a named flow is started with, as it is typed into the fields of its inputs. Pure. */
import { type Fields, fieldsOf } from '#shared/platform/json/fields.ts';
import { type InputField, inputFieldsOf } from '../../kit/inputs/inputs.ts';

/** What was typed, by the names of the inputs. */
export type Given = Readonly<Record<string, unknown>>;

/** The inputs that a flow describes, with what was typed or else their defaults. What is typed changes no field's kind. */
export const runFieldsOf = ({ inputsSchema }: Fields, given: Given): InputField[] =>
  inputFieldsOf({ inputsSchema, inputs: defaultsOf(inputsSchema) }).map((field) =>
    Object.hasOwn(given, field.name) ? { ...field, value: given[field.name] } : field,
  );

/** What was typed with another value for one of them. One that is emptied is not given, but stands in for its default. */
export function withGiven(given: Given, flow: Fields, name: string, value: unknown): Given {
  const { [name]: _, ...others } = given;
  const isNone = value === undefined || value === '';
  return isNone && !Object.hasOwn(defaultsOf(flow.inputsSchema), name)
    ? others
    : { ...others, [name]: value };
}

/** What is sent: a box that has to be there is false as long as it is not ticked. */
export function inputsToSend(flow: Fields, given: Given): Record<string, unknown> {
  const unticked = runFieldsOf(flow, given)
    .filter(({ kind, isRequired, value }) => kind === 'checkbox' && isRequired && value === undefined)
    .map(({ name }) => [name, false]);
  return { ...Object.fromEntries(unticked), ...given };
}

function defaultsOf(inputsSchema: unknown): Record<string, unknown> {
  const described = Object.entries(fieldsOf(fieldsOf(inputsSchema).properties));
  return Object.fromEntries(
    described
      .map(([name, schema]) => [name, fieldsOf(schema).default])
      .filter(([, value]) => value !== undefined),
  );
}
