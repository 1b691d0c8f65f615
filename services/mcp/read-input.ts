import { z } from 'zod';
import { issueWords } from '#shared/api/contract/errors/issue-words.ts';
import { issueText } from '#shared/api/contract/errors/issues.ts';

/** The arguments of a call do not fit; each line names a field by its path. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code = 'input';
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(`invalid arguments: ${lines.join('; ')}`);
    this.lines = lines;
  }
}

/**
 * The arguments as the tool takes them. A field that nobody would read is refused: an agent that misspells one learns
 * it. @throws InputError
 */
export function readInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { error: issueWords('en') });
  if (!result.success)
    throw new InputError(
      result.error.issues.map(({ path, message }) => `${placeOf(path)}: ${issueText(message)}`),
    );
  const unread = unreadIn(value, result.data);
  if (unread.length > 0)
    throw new InputError(unread.map((path) => `${placeOf(path)}: there is no such field`));
  return result.data;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The paths of fields that parsing has left out. */
function unreadIn(given: unknown, read: unknown, path: readonly string[] = []): string[][] {
  if (!isObject(given) || !isObject(read)) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    const here = [...path, key];
    if (!Object.hasOwn(read, key)) return value === undefined ? [] : [here];
    return unreadIn(value, read[key], here);
  });
}

/** The place of an argument: its path, and of a step also its number, which counts from 1. */
export function placeOf(path: readonly PropertyKey[]): string {
  const [list, index] = path;
  const at = path.join('.') || 'arguments';
  const isStep = (list === 'steps' || list === 'onCancel') && index !== undefined;
  return isStep ? `${at} (${list === 'steps' ? 'step' : 'onCancel step'} ${Number(index) + 1})` : at;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The schema of a tool's arguments, as the protocol tells it. Models read it, and pay for it: nothing is said twice. */
export function describeInput(schema: z.ZodObject): JsonSchema & { type: 'object' } {
  const {
    $schema: _,
    definitions: __,
    ...described
  } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    override: amend,
  });
  // Fields that it does not name are refused, further down as well.
  return { ...sayOnce(inOutline(described), new Set()), type: 'object', additionalProperties: false };
}

/** The schema of a tool's data, in outline: the names and types of its fields, which is what a program looks for. */
export function describeOutput(schema: z.ZodObject): JsonSchema & { type: 'object' } {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'output', target: 'draft-7' });
  const outline = Object.entries(properties).map(([name, field]) => [
    name,
    // What is an object shows itself.
    typeof field === 'object' && field.type !== undefined && field.type !== 'object'
      ? { type: field.type }
      : {},
  ]);
  return { type: 'object', properties: Object.fromEntries(outline) as Record<string, JsonSchema>, required };
}

const BOUNDS = ['minLength', 'maxLength', 'minItems', 'maxItems', 'propertyNames'] as const;

/** Without what refers to itself, such as any JSON or a JSON Schema: its type and description are enough. */
function inOutline<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map((item: unknown) => inOutline(item)) as T;
  if (!isObject(schema)) return schema;
  const isRecursive = '$ref' in schema || (Array.isArray(schema.allOf) && schema.allOf.some(isReference));
  const kept = Object.entries(schema).filter(
    ([key]) => !isRecursive || key === 'type' || key === 'description',
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, inOutline(value)])) as T;
}

const isReference = (schema: unknown) => isObject(schema) && '$ref' in schema;

/** Where the plain translation says more than a reader needs. */
function amend({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  if (zodSchema._zod.def.type === 'union') mergeVariants(jsonSchema);
  // It follows from the values.
  if (jsonSchema.enum !== undefined || jsonSchema.const !== undefined) delete jsonSchema.type;
  // Few texts and lists are so long or of another form, and an error says what they may be.
  delete jsonSchema.pattern;
  for (const bound of BOUNDS) delete jsonSchema[bound];
  if ((jsonSchema.maximum ?? 0) >= 1_000_000) delete jsonSchema.maximum;
  if (jsonSchema.minimum !== undefined && jsonSchema.minimum <= 1) delete jsonSchema.minimum;
}

/**
 * A choice of objects by one field, such as the steps by their verbs, as one object: what all of them may have would
 * otherwise stand with each. Which fields belong to which is said in words, and checked by the schema itself.
 */
function mergeVariants(union: JsonSchema): void {
  const variants = (union.anyOf ?? union.oneOf ?? []) as JsonSchema[];
  const tag =
    variants[0] && Object.entries(variants[0].properties ?? {}).find(([, field]) => isConst(field))?.[0];
  if (tag === undefined) return;
  const fields = new Map<string, JsonSchema[]>();
  for (const { properties = {} } of variants)
    for (const [name, field] of Object.entries(properties))
      fields.set(name, [...(fields.get(name) ?? []), field as JsonSchema]);
  const tags = fields.get(tag)!.map((field) => String(field.const));
  const own = variants.map(({ properties = {}, required = [] }, index) => {
    const names = Object.keys(properties).filter(
      (name) => name !== tag && fields.get(name)!.length < variants.length,
    );
    const signature = names.map((name) => (required.includes(name) ? name : `${name}?`));
    return `${tags[index]}(${signature.join(', ')})`;
  });
  const merged = [...fields].map(([name, alike]) => [
    name,
    name === tag ? { enum: tags, description: `With these fields: ${own.join(', ')}` } : unionOf(alike),
  ]);
  delete union.anyOf;
  delete union.oneOf;
  Object.assign(union, {
    type: 'object',
    properties: Object.fromEntries(merged) as unknown,
    required: [tag],
    additionalProperties: false,
  });
}

const isConst = (field: unknown) => isObject(field) && 'const' in field;

/** One that may be anything says nothing of the others. */
function unionOf(schemas: readonly JsonSchema[]): JsonSchema {
  if (schemas.some(isReference)) return {};
  const keyOf = ({ description: _, ...schema }: JsonSchema) => JSON.stringify(schema);
  const different = [...new Map(schemas.map((schema) => [keyOf(schema), schema])).values()];
  return different.length === 1 ? different[0]! : { anyOf: different };
}

/** Without the descriptions that stand further up already, e.g. of the fields that every step may have. */
function sayOnce<T>(schema: T, said: Set<string>): T {
  if (Array.isArray(schema)) return schema.map((item: unknown) => sayOnce(item, said)) as T;
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([key, value]) => {
    if (key !== 'description' || typeof value !== 'string') return true;
    const isNew = !said.has(value);
    said.add(value);
    return isNew;
  });
  return Object.fromEntries(kept.map(([key, value]) => [key, sayOnce(value, said)])) as T;
}
