import type { Sliced } from '#shared/platform/async/in-slices.ts';
import type { EndpointExample } from '../examples/example.ts';
import { EXAMPLES } from '../examples/examples.ts';
import { errorExamples } from './errors.ts';
import { GROUPS } from './groups.ts';
import { operationOf } from './operation.ts';
import { SHARED_PARAMETERS } from './parameters.ts';
import { HEADERS } from './reply-headers.ts';
import { createSchemas } from './schemas.ts';
import { SECURITY_SCHEMES } from './security.ts';
import type { HttpMethod, OpenApi } from './types.ts';
import { describeWebhooks } from './webhooks.ts';

const INTRODUCTION = `Ghostly runs browser flows as durable runs: anyone with access can watch a run live, and cancel it at any time.

Every error is \`{"ok":false,"error":"…"}\`. Requests with \`Accept: application/problem+json\` get RFC 9457 problems instead, with a stable \`type\` and \`code\`.

Absent fields are omitted, never null. Fields may be added to answers; ignore unknown ones.`;

/** The whole contract as an OpenAPI 3.1 document. Pure: depends on the version only. Takes a few hundred ms of CPU (I13). */
export function* describeApi({ version }: { version: string }): Sliced<OpenApi> {
  const schemas = createSchemas();
  const paths: OpenApi['paths'] = {};
  for (const { name: tag, endpoints } of GROUPS)
    for (const [id, endpoint] of Object.entries(endpoints)) {
      const path = openApiPath(endpoint.path);
      const examples: readonly EndpointExample[] = EXAMPLES[id as keyof typeof EXAMPLES] ?? [];
      paths[path] ??= {};
      paths[path][endpoint.method.toLowerCase() as HttpMethod] = operationOf(
        { id, tag, endpoint, examples },
        schemas,
      );
      yield;
    }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Ghostly',
      version,
      summary: 'Browser flows as durable runs that can be watched live and cancelled from anywhere',
      description: INTRODUCTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The gateway that serves this document' }],
    tags: GROUPS.map(({ name, text }) => ({ name, description: text })),
    paths,
    webhooks: describeWebhooks(schemas),
    components: {
      schemas: sorted(schemas.components),
      parameters: SHARED_PARAMETERS,
      headers: HEADERS,
      examples: errorExamples(),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** `/v1/runs/:id`, as the router reads it, is `/v1/runs/{id}`. */
export const openApiPath = (path: string): string => path.replace(/:(\w+)/g, '{$1}');
