/* What the inputs of a kept flow have to be. A secret has no value there, nor has any that it may be. Pure. */
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import { parseTemplate } from '#shared/domain/flow/template.ts';
import { type Fields, fieldsOf } from '#shared/platform/json/fields.ts';

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
  const isSecret = (name: string) =>
    typed.has(name) || isHidden(valueIn(inputs, name)) || hidesValue(valueIn(described, name));
  const names = [...new Set([...Object.keys(described), ...Object.keys(inputs), ...fresh])];
  if (names.length === 0) return flow.inputsSchema === undefined ? undefined : schema;
  const properties = names.map((name) => {
    const value = valueIn(inputs, name);
    if (Object.hasOwn(described, name))
      return [
        name,
        isSecret(name)
          ? asSecret(fieldsOf(described[name]))
          : without(isHiddenWord, fieldsOf(described[name])),
      ];
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
    ...without(names.some(isSecret) ? isValue : isHiddenWord, schema),
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  };
}

/** Whether a schema has a hidden text that is not only for people. */
const hidesValue = (schema: unknown): boolean =>
  (JSON.stringify(schema, withoutWords) ?? '').includes(REDACTED);

const withoutWords = (field: string, value: unknown): unknown =>
  (field === 'title' || field === 'description') && typeof value === 'string' ? undefined : value;

/** The inputs that steps type as secrets. */
const typedInputsOf = (steps: readonly Fields[]): string[] =>
  steps
    .filter(({ action, secret }) => action === 'fill' && secret !== false)
    .flatMap(({ value }) => (typeof value === 'string' ? (parseTemplate(value) ?? []) : []))
    .flatMap((part) => (typeof part === 'object' && part.root === 'inputs' ? part.path.slice(0, 1) : []));

const asSecret = (schema: Fields): Fields => ({ ...without(isValue, schema), writeOnly: true });

/** Whether a field of a schema is to go; the gateway refuses what it would show. */
type Goes = (field: string, value: unknown) => boolean;

const isHiddenWord: Goes = (_, value) => typeof value === 'string' && isHidden(value);
const isValue: Goes = (field, value) =>
  ['default', 'enum', 'const', 'examples'].includes(field) || isHiddenWord(field, value);

/** A schema without some fields, and all inside it. */
function without(goes: Goes, schema: Fields): Fields {
  const kept = Object.entries(schema).filter(([field, value]) => !goes(field, value));
  return Object.fromEntries(kept.map(([field, value]) => [field, innerWithout(goes, field, value)]));
}

function innerWithout(goes: Goes, field: string, value: unknown): unknown {
  if (typeof value !== 'object') return value;
  if (field === 'items' || field === 'additionalProperties') return without(goes, fieldsOf(value));
  if (field !== 'properties') return value;
  const parts = Object.entries(fieldsOf(value));
  return Object.fromEntries(parts.map(([name, one]) => [name, without(goes, fieldsOf(one))]));
}

const valueIn = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

function typeOf(value: unknown): { type?: string } {
  if (value === null) return {};
  if (Array.isArray(value)) return { type: 'array' };
  return { type: typeof value };
}
