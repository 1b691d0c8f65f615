/* Which schemas a place in a JSON text has, by a JSON Schema with the parts of OpenAPI. Pure. */
import { findNodeAtLocation, getNodeValue, type JSONPath, type Node } from 'jsonc-parser';
import { isFields } from '#shared/platform/json/fields.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** The schema of a text, and what its references lead to. */
export interface SchemaDocument {
  root: Schema;
  /** Schemas by the name behind `#/components/schemas/`. */
  named: Readonly<Record<string, Schema>>;
}

const REFERENCE = '#/components/schemas/';

export const asSchema = (value: unknown): Schema | undefined =>
  isFields(value) ? (value as Schema) : undefined;

/** The schemas of the value at a path: several where it may have one of several forms. */
export function schemasAt(document: SchemaDocument, tree: Node | undefined, path: JSONPath): Schema[] {
  let schemas = formsOf(document, document.root, tree);
  for (const [depth, part] of path.entries()) {
    const value = tree && findNodeAtLocation(tree, path.slice(0, depth + 1));
    schemas = schemas
      .map((schema) => innerSchema(schema, part))
      .flatMap((inner) => (inner ? formsOf(document, inner, value) : []));
  }
  return schemas;
}

function innerSchema(schema: Schema, part: string | number): Schema | undefined {
  if (typeof part === 'number') return asSchema(schema.items);
  const properties = asSchema(schema.properties) ?? {};
  return asSchema(Object.hasOwn(properties, part) ? properties[part] : schema.additionalProperties);
}

/** The schema itself, or the forms that it leaves open and that the value does not rule out. */
function formsOf(document: SchemaDocument, schema: Schema, value: Node | undefined, depth = 0): Schema[] {
  // A schema that leads to itself ends somewhere.
  if (depth > 8) return [];
  const { $ref: reference } = schema;
  if (typeof reference === 'string') {
    const target = document.named[reference.replace(REFERENCE, '')];
    return target ? formsOf(document, target, value, depth + 1) : [];
  }
  const open = ['oneOf', 'anyOf', 'allOf'].flatMap((key) => (Array.isArray(schema[key]) ? schema[key] : []));
  const forms = open.flatMap((one) => formsOf(document, asSchema(one) ?? {}, value, depth + 1));
  const own = schema.properties === undefined && open.length > 0 ? [] : [schema];
  return [...own, ...forms].filter((form) => !isRuledOut(form, value));
}

/** A field that has one value only has another one there. */
function isRuledOut(schema: Schema, value: Node | undefined): boolean {
  if (value?.type !== 'object') return false;
  return Object.entries(asSchema(schema.properties) ?? {}).some(([name, field]) => {
    const expected = asSchema(field)?.const;
    const node = expected === undefined ? undefined : findNodeAtLocation(value, [name]);
    return node !== undefined && getNodeValue(node) !== expected && isKnown(node, expected);
  });
}

/** What is being typed rules nothing out yet. */
const isKnown = (node: Node, expected: unknown): boolean =>
  !(typeof expected === 'string' && typeof node.value === 'string' && expected.startsWith(node.value));
