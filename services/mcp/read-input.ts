import { z } from 'zod';
import { issueWords } from '#shared/contract/issue-words.ts';
import { issueText } from '#shared/contract/issues.ts';

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
      result.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'arguments'}: ${issueText(message)}`,
      ),
    );
  const unread = unreadIn(value, result.data);
  if (unread.length > 0) throw new InputError(unread.map((path) => `${path}: there is no such field`));
  return result.data;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The paths of fields that parsing has left out. */
function unreadIn(given: unknown, read: unknown, path: readonly string[] = []): string[] {
  if (!isObject(given) || !isObject(read)) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    const here = [...path, key];
    if (!Object.hasOwn(read, key)) return value === undefined ? [] : [here.join('.')];
    return unreadIn(value, read[key], here);
  });
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The schema of a tool's arguments or of its data, as the protocol tells it. Models read it: nothing is said twice. */
export function describeSchema(schema: z.ZodObject, io: 'input' | 'output'): JsonSchema & { type: 'object' } {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io, target: 'draft-7', override: amend });
  return { ...sayOnce(described, new Set()), type: 'object' };
}

/** Where the plain translation says more than a reader needs. */
function amend({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  // What is not told is refused, in arguments too.
  if (zodSchema._zod.def.type === 'object') jsonSchema.additionalProperties ??= false;
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'uuid') delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
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
