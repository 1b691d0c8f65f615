/* The schemas of what is written in an editor, from the OpenAPI document that the gateway of this page serves. */
import { asSchema, type Schema, type SchemaDocument } from './schema-walk.ts';

/** A start, or a flow that is stored by its name. */
export type WrittenAs = 'start' | 'namedFlow';

const WHERE: Readonly<Record<WrittenAs, { path: string; method: string; field?: string }>> = {
  start: { path: '/v1/run', method: 'post' },
  namedFlow: { path: '/v1/projects/{id}/flows/{name}', method: 'put', field: 'flow' },
};

/** Undefined if the document does not have it. */
export function schemaIn(document: unknown, written: WrittenAs): SchemaDocument | undefined {
  const { path, method, field } = WHERE[written];
  const at = (from: unknown, ...names: string[]): Schema | undefined =>
    names.reduce<Schema | undefined>((value, name) => asSchema(value?.[name]), asSchema(from));
  const body = at(document, 'paths', path, method, 'requestBody', 'content', 'application/json', 'schema');
  const root = field === undefined ? body : at(body, 'properties', field);
  const named = at(document, 'components', 'schemas') as SchemaDocument['named'] | undefined;
  return root && named && { root, named };
}

let loading: Promise<unknown> | undefined;

/** Undefined if it cannot be had now: another time it may. */
export async function loadSchema(written: WrittenAs): Promise<SchemaDocument | undefined> {
  loading ??= fetch('/openapi.json').then((answer) => answer.json() as Promise<unknown>);
  try {
    return schemaIn(await loading, written);
  } catch {
    loading = undefined;
    return undefined;
  }
}
