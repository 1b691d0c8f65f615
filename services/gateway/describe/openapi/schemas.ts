import { z } from 'zod';
import { idSchema } from '#shared/api/contract/id.ts';
import { readableEventSchema } from '#shared/api/contract/runs/runs.ts';
import { START_KIND } from '#shared/api/contract/runs/start.ts';
import { eventSchema } from '#shared/domain/events/events.ts';
import { schemaNames } from './names.ts';
import type { JsonSchema } from './types.ts';

export interface Schemas {
  /** The schema of what is sent (`input`: defaults may be left out) or answered (`output`). */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
  /** The named ones among all that were asked for. */
  components: Record<string, JsonSchema>;
}

/** Turns zod's schemas into those of OpenAPI 3.1; throws if one name would stand for two. */
export function createSchemas(): Schemas {
  const components: Record<string, JsonSchema> = {};

  function keep(name: string, schema: JsonSchema): void {
    const before = components[name];
    if (before && JSON.stringify(before) !== JSON.stringify(schema))
      throw new Error(`the schema ${name} is not the same when sent and when answered`);
    components[name] = schema;
  }

  function of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema: _, $defs = {}, ...root } = z.toJSONSchema(schema, { io, metadata, override: amend });
    for (const [name, { id: _, ...definition }] of Object.entries($defs)) keep(name, inPlace(definition));
    return inPlace(root);
  }
  of(eventSchema, 'output');
  return { of, components };
}

const ID_PATTERN = z.toJSONSchema(idSchema).pattern;

/** Names from their list, everything else from the schemas themselves. */
const metadata = {
  get: (schema: z.ZodType) => ({ ...z.globalRegistry.get(schema), ...schemaNames.get(schema) }),
} as unknown as typeof z.globalRegistry;

const inPlace = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));

/** Where the plain translation would say less, or something else, than is meant. */
function amend({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  const { def } = zodSchema._zod;
  if (zodSchema === (readableEventSchema as z.core.$ZodType)) describeAs(eventSchema, jsonSchema);
  const discriminator = discriminatorOf(def);
  if (discriminator) jsonSchema.discriminator = discriminator;
  if (def.type === 'object' && START_KIND in def.shape) hideField(START_KIND, jsonSchema);
  // Fields may be added to answers: only a strict object is all there will ever be.
  if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
  // Its pattern is two lines long, and says the same.
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.pattern === ID_PATTERN) {
    delete jsonSchema.pattern;
    jsonSchema.format = 'uuid';
  }
  // A query is text; what it is read as is in the metadata.
  if (jsonSchema.type === 'integer' || jsonSchema.type === 'boolean') {
    delete jsonSchema.pattern;
    delete jsonSchema.enum;
  }
}

/** A field that only tells apart what was sent. */
function hideField(name: string, jsonSchema: JsonSchema): void {
  const { properties, required } = jsonSchema as { properties: Record<string, unknown>; required: string[] };
  delete properties[name];
  jsonSchema.required = required.filter((field) => field !== name);
}

/** Replaces a schema that parses leniently by a reference to the one that describes it. */
function describeAs(schema: z.ZodType, jsonSchema: JsonSchema): void {
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  jsonSchema.$ref = `#/$defs/${schemaNames.get(schema)!.id}`;
}

/** The field that distinguishes the variants, if all of them have names: only those can be named here. */
function discriminatorOf(def: z.core.$ZodTypeDef): { propertyName: string; mapping: object } | undefined {
  const { discriminator, options = [] } = def as Partial<z.core.$ZodDiscriminatedUnionDef>;
  if (discriminator === undefined) return undefined;
  const mapping: Record<string, string> = {};
  for (const option of options) {
    const name = schemaNames.get(option)?.id;
    const [value] = option._zod.propValues?.[discriminator] ?? [];
    if (name === undefined) return undefined;
    mapping[String(value)] = `#/components/schemas/${name}`;
  }
  return { propertyName: discriminator, mapping };
}
