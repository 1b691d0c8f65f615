import type { JsonSchema } from '../openapi/types.ts';
import { type Html, html, inline } from './html.ts';

/** A schema for readers: fields with types, bounds and descriptions; named schemas as links. */
export function schemaView(schema: JsonSchema): Html {
  const fields = fieldsOf(schema);
  if (fields) return fields;
  if (Array.isArray(schema.allOf)) return html`${schema.allOf.map(schemaView)}`;
  const variants = variantsOf(schema);
  if (variants)
    return html`<p class="variants-head">One of</p><ul class="variants">${variants.map(
      (variant) => html`<li>${variantView(variant)}</li>`,
    )}</ul>`;
  return html`<p class="type-line">${typeOf(schema)}${below(schema)}</p>`;
}

const variantsOf = ({ oneOf, anyOf }: JsonSchema): JsonSchema[] | undefined =>
  (oneOf ?? anyOf) as JsonSchema[] | undefined;

/** A variant with a discriminating field has its value as heading. */
function variantView(variant: JsonSchema): Html {
  return variant.allOf
    ? schemaView(variant)
    : (fieldsOf(variant) ?? html`<p class="type-line">${typeOf(variant)}</p>`);
}

function fieldsOf(schema: JsonSchema): Html | undefined {
  const { properties, required = [] } = schema as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  if (!properties) return undefined;
  return html`<ul class="fields">${Object.entries(properties).map(([name, field]) =>
    fieldView(name, field, required.includes(name)),
  )}</ul>`;
}

/** One field, or one parameter. */
export function fieldView(name: string, field: JsonSchema, required: boolean): Html {
  const { description } = field;
  return html`<li><div class="field"><code class="name">${name}</code> <span class="type">${typeOf(field)}</span>${
    !required && html` <span class="optional">optional</span>`
  }${boundsView(field)}</div>${typeof description === 'string' && html`<p>${inline(description)}</p>`}${below(
    field,
  )}</li>`;
}

/** The fields of an unnamed object, or of a list of them. */
function below(schema: JsonSchema): Html | undefined {
  const inner = (schema.items as JsonSchema | undefined) ?? schema;
  return inner === schema && !schema.properties ? undefined : fieldsOf(inner);
}

/** `string, uuid`, `list of Run`, `"cancelling"`. */
function typeOf(schema: JsonSchema): Html {
  const { $ref, type, format, items, const: fixed, enum: values } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? '';
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (fixed !== undefined) return html`<code>${JSON.stringify(fixed)}</code>`;
  if (Array.isArray(values))
    return joined(values.map((value) => html`<code>${JSON.stringify(value)}</code>`));
  const variants = variantsOf(schema);
  if (variants) return joined(variants.map(typeOf));
  if (items) return html`list of ${typeOf(items as JsonSchema)}`;
  if (typeof type !== 'string') return html`anything`;
  return html`${type}${typeof format === 'string' && `, ${format}`}`;
}

const joined = (parts: Html[]): Html => html`${parts.map((part, n) => html`${n > 0 && ' or '}${part}`)}`;

const BOUNDS: [keyword: string, text: string][] = [
  ['default', 'default'],
  ['minimum', 'at least'],
  ['maximum', 'at most'],
  ['minLength', 'min length'],
  ['maxLength', 'max length'],
  ['minItems', 'min items'],
  ['maxItems', 'max items'],
  ['pattern', 'matches'],
];

function boundsView(schema: JsonSchema): Html | undefined {
  const known = BOUNDS.filter(([keyword]) => keyword in schema && !isTrivial(keyword, schema[keyword]));
  if (known.length === 0) return undefined;
  return html`<span class="bounds">${known.map(
    ([keyword, text]) => html`<span>${text} <code>${valueText(schema[keyword])}</code></span>`,
  )}</span>`;
}

const isTrivial = (keyword: string, value: unknown): boolean =>
  (keyword === 'minLength' && value === 1) || (keyword === 'minimum' && value === 0);

const valueText = (value: unknown): string =>
  typeof value === 'number'
    ? value.toLocaleString('en')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
