import type { ValueSchema } from '#shared/domain/flow/json-schema.ts';
import { numberIn } from './numbers.ts';

/** The value with its texts as the numbers and truths that a schema says they are; a text that shows none stays one. */
export function typedBy(schema: ValueSchema | undefined, value: unknown): unknown {
  if (schema === undefined) return value;
  if (typeof value === 'string') return typedText([schema.type ?? []].flat(), value);
  if (Array.isArray(value)) return value.map((one) => typedBy(schema.items, one));
  if (typeof value !== 'object' || value === null) return value;
  const { properties = {} } = schema;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      typedBy(Object.hasOwn(properties, name) ? properties[name] : undefined, one),
    ]),
  );
}

function typedText(types: readonly string[], text: string): unknown {
  if (types.includes('string')) return text;
  if (types.includes('number') || types.includes('integer')) return numberIn(text) ?? text;
  if (types.includes('boolean') && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return types.includes('null') && text === '' ? null : text;
}
