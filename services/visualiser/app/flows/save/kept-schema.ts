/* What the inputs of a kept flow have to be. A secret has no value there, nor has any that it may be. Pure. */
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import { parseTemplate } from '#shared/domain/flow/template.ts';
import { type Fields, fieldsOf } from '../../kit/editor/flow-fields.ts';

export const isHidden = (value: unknown): boolean => (JSON.stringify(value) ?? '').includes(REDACTED);

/** What the flow says of its inputs, and the types of the others. `steps`: with `fresh` as inputs that are secret. */
export function keptSchemaOf(
  flow: Fields,
  steps: readonly Fields[],
  fresh: readonly string[],
): Fields | undefined {
  const schema = fieldsOf(flow.inputsSchema);
  const described = fieldsOf(schema.properties);
  const inputs = fieldsOf(flow.inputs);
  const typed = new Set([...fresh, ...typedInputsOf(steps)]);
  const isSecret = (name: string) => typed.has(name) || isHidden(valueIn(inputs, name));
  const names = [...new Set([...Object.keys(described), ...Object.keys(inputs), ...fresh])];
  if (names.length === 0) return flow.inputsSchema === undefined ? undefined : schema;
  const properties = names.map((name) => {
    const value = valueIn(inputs, name);
    if (Object.hasOwn(described, name))
      return [name, isSecret(name) ? asSecret(fieldsOf(described[name])) : described[name]];
    if (fresh.includes(name)) return [name, { type: 'string', writeOnly: true }];
    return [
      name,
      isSecret(name) ? { ...typeOf(value), writeOnly: true } : { ...typeOf(value), default: value },
    ];
  });
  // A secret that had a default is asked for now.
  const asked = names.filter(
    (name) =>
      isSecret(name) && (!Object.hasOwn(described, name) || fieldsOf(described[name]).default !== undefined),
  );
  const known = Array.isArray(schema.required) ? (schema.required as unknown[]) : [];
  const required = [...new Set([...known, ...asked])];
  return {
    type: 'object',
    ...(names.some(isSecret) ? withoutValues(schema) : schema),
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  };
}

/** The inputs that steps type as secrets. */
const typedInputsOf = (steps: readonly Fields[]): string[] =>
  steps
    .filter(({ action, secret }) => action === 'fill' && secret !== false)
    .flatMap(({ value }) => (typeof value === 'string' ? (parseTemplate(value) ?? []) : []))
    .flatMap((part) => (typeof part === 'object' && part.root === 'inputs' ? part.path.slice(0, 1) : []));

const asSecret = (schema: Fields): Fields => ({ ...withoutValuesInside(schema), writeOnly: true });

/** Without what would show a value; the gateway refuses it in the description of a secret. */
function withoutValues({ default: _, enum: __, const: ___, examples: ____, ...others }: Fields): Fields {
  return others;
}

function withoutValuesInside(schema: Fields): Fields {
  const { properties, ...others } = withoutValues(schema);
  const inner = (['items', 'additionalProperties'] as const).flatMap((field) =>
    typeof others[field] === 'object' ? [[field, withoutValuesInside(fieldsOf(others[field]))] as const] : [],
  );
  const parts = Object.entries(fieldsOf(properties)).map(
    ([name, one]) => [name, withoutValuesInside(fieldsOf(one))] as const,
  );
  return {
    ...others,
    ...Object.fromEntries(inner),
    ...(properties !== undefined && { properties: Object.fromEntries(parts) }),
  };
}

const valueIn = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

function typeOf(value: unknown): { type?: string } {
  if (value === null) return {};
  if (Array.isArray(value)) return { type: 'array' };
  return { type: typeof value };
}
