/*
 * The part of JSON Schema that describes inputs and results. What is dear to check is not in it (references, combinations,
 * `uniqueItems`): strangers write schemas and values, and a check shares its process with other runs (I13).
 */
import { z } from 'zod';
import type { FlowIssue } from './issues.ts';
import { FLOW_LIMITS as LIMIT } from './limits.ts';

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const;
export const FORMATS = ['date', 'time', 'date-time', 'email', 'uri', 'uuid', 'password'] as const;
const size = z.int().min(0).max(1_000_000);

const name = z.string().max(200);
const valueFields = z.strictObject({
  type: z.union([z.enum(TYPES), z.array(z.enum(TYPES)).min(1)]).optional(),
  title: z.string().max(200).optional(),
  description: z.string().max(2_000).optional(),
  default: z.json().optional(),
  examples: z.array(z.json()).max(20).optional(),
  enum: z.array(z.json()).min(1).max(200).optional(),
  const: z.json().optional(),
  format: z.enum(FORMATS).optional(),
  pattern: z.string().max(500).optional(),
  minLength: size.optional(),
  maxLength: size.optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  multipleOf: z.number().positive().optional(),
  get properties() {
    return z.record(name, valueFields).optional();
  },
  required: z.array(name).max(200).optional(),
  get additionalProperties() {
    return z.union([z.boolean(), valueFields]).optional();
  },
  get items() {
    return valueFields.optional();
  },
  minItems: size.optional(),
  maxItems: size.optional(),
  writeOnly: z.boolean().optional().describe('Its value is secret; so is one with `format: "password"`.'),
});

const isBounded = (schema: unknown) => JSON.stringify(schema).length <= LIMIT.schema;

type Fields = typeof valueFields;
/** A name for declarations, as `StepSchema` is. */
export interface ValueFields extends Fields {}
const fields: ValueFields = valueFields;

export type ValueSchema = z.output<ValueFields>;

/** A JSON Schema of bounded size. */
export const jsonSchema: ValueFields = fields.refine(isBounded, 'schema_too_large' satisfies FlowIssue);

interface SchemaPlace {
  path: (string | number)[];
  schema: ValueSchema;
}

/** A schema and all inside it. */
export function* schemasIn(schema: ValueSchema, path: SchemaPlace['path'] = []): Generator<SchemaPlace> {
  yield { path, schema };
  for (const [name, one] of Object.entries(schema.properties ?? {}))
    yield* schemasIn(one, [...path, 'properties', name]);
  for (const field of ['items', 'additionalProperties'] as const) {
    const inner = schema[field];
    if (typeof inner === 'object') yield* schemasIn(inner, [...path, field]);
  }
}

const isSecret = ({ writeOnly, format }: ValueSchema) => writeOnly === true || format === 'password';

/** Whether a value of this schema is secret, or a part of it. */
export const describesSecret = (schema: ValueSchema): boolean =>
  [...schemasIn(schema)].some(({ schema: one }) => isSecret(one));

/** A value of a secret that stands in its schema would be shown with it. */
function checkSecrets(schema: ValueSchema, context: z.RefinementCtx): void {
  for (const place of schemasIn(schema)) {
    if (!isSecret(place.schema)) continue;
    for (const { path, schema: one } of schemasIn(place.schema, place.path))
      for (const field of ['default', 'enum', 'const', 'examples'] as const)
        if (one[field] !== undefined)
          context.addIssue({
            code: 'custom',
            path: [...path, field],
            message: 'secret_in_schema' satisfies FlowIssue,
          });
  }
}

/** The schema of the inputs of a flow: that of an object. */
export const inputsSchema: ValueFields = fields
  .refine(({ type }) => type === undefined || type === 'object', 'not_object_schema' satisfies FlowIssue)
  .refine(isBounded, 'schema_too_large' satisfies FlowIssue)
  .superRefine(checkSecrets);
