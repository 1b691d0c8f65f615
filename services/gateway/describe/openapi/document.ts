import type { Endpoint } from '#shared/contract/endpoint.ts';
import { ENDPOINT_GROUPS } from '#shared/contract/endpoints.ts';
import type { Example } from '../examples/example.ts';
import { EXAMPLES } from '../examples/examples.ts';
import { errorExamples } from './errors.ts';
import { operationOf } from './operation.ts';
import { SHARED_PARAMETERS } from './parameters.ts';
import { openApiPath } from './path.ts';
import { HEADERS } from './reply-headers.ts';
import { createSchemas } from './schemas.ts';
import { SECURITY_SCHEMES } from './security.ts';
import type { HttpMethod, OpenApi } from './types.ts';

const GROUP_TEXTS: Record<keyof typeof ENDPOINT_GROUPS, string> = {
  Runs: 'Start a flow, list and read runs, watch them live, fetch what they left behind.',
  Cancelling: 'Stop one run or many, and see what became of it.',
  Accounts: 'Users, projects with their members, API keys.',
  Invitations: 'How somebody comes into a project: invited by e-mail, and with their own consent.',
  Subscribing: 'Hear of runs over NATS. What is said there is described in `/asyncapi.json`.',
  Service: 'What the service says of itself.',
  Description: 'This contract, for machines and for people.',
};

const INTRODUCTION = `Ghostly runs browser flows as durable runs: anybody entitled can watch a run live, and cancel it at any time.

Every error is \`{"ok":false,"error":"…"}\`. Who sends \`Accept: application/problem+json\` gets problems of RFC 9457 instead, with a stable \`type\` and \`code\`.

Fields that are absent are left out, never null. Fields may be added to answers: ignore those you do not know.`;

/** The whole contract as an OpenAPI 3.1 document: pure, the same for the same version. */
export function describeApi({ version }: { version: string }): OpenApi {
  const schemas = createSchemas();
  const paths: OpenApi['paths'] = {};
  for (const [tag, rows] of Object.entries(ENDPOINT_GROUPS))
    for (const [id, endpoint] of Object.entries<Endpoint>(rows)) {
      const { path } = openApiPath(endpoint.path);
      const examples: readonly Example[] = EXAMPLES[id as keyof typeof EXAMPLES] ?? [];
      paths[path] ??= {};
      paths[path][methodOf(endpoint)] = operationOf({ id, tag, endpoint, examples }, schemas);
    }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Ghostly',
      version,
      summary: 'Browser flows as durable runs that anyone entitled can watch live and cancel from anywhere',
      description: INTRODUCTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The gateway that serves this document' }],
    tags: Object.entries(GROUP_TEXTS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: sorted(schemas.components),
      parameters: SHARED_PARAMETERS,
      headers: HEADERS,
      examples: errorExamples(),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

/** A row for every method is told once. */
const methodOf = ({ method }: Endpoint): HttpMethod =>
  method === 'ANY' ? 'get' : (method.toLowerCase() as HttpMethod);

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
