import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import type { EndpointExample } from '../examples/example.ts';
import { errorResponses } from './errors.ts';
import { parametersOf } from './parameters.ts';
import { replyHeadersOf } from './reply-headers.ts';
import type { Schemas } from './schemas.ts';
import { scopeOf, securityOf } from './security.ts';
import type { Media, Operation, RequestExample, Response } from './types.ts';

export interface Row {
  id: string;
  tag: string;
  endpoint: Endpoint;
  examples: readonly EndpointExample[];
}

/** One row of the contract as an operation. */
export function operationOf({ id, tag, endpoint, examples }: Row, schemas: Schemas): Operation {
  const { summary, description, body } = endpoint;
  const named = examples.map((example) => ({ ...example, name: nameOf(example) }));
  const scope = scopeOf(endpoint);
  const sent = named.filter((example) => example.body !== undefined);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(endpoint),
    ...(scope !== undefined && { 'x-required-scope': scope }),
    parameters: parametersOf(endpoint, schemas),
    ...(body && {
      requestBody: {
        required: !body.safeParse({}).success,
        content: {
          'application/json': {
            schema: schemas.of(body, 'input'),
            ...(sent.length > 0 && { examples: valuesOf(sent, (example) => example.body) }),
          },
        },
      },
    }),
    responses: {
      ...replies(endpoint, named, schemas),
      ...unchanged(endpoint),
      ...errorResponses(endpoint, schemas),
    },
    ...(named.length > 0 && { 'x-examples': named.map((example) => requestOf(endpoint, example)) }),
  };
}

type Named = EndpointExample & { name: string };

/** A stable key: `a queued run` becomes `a-queued-run`. */
const nameOf = ({ summary }: EndpointExample): string => summary.toLowerCase().replace(/[^a-z0-9]+/g, '-');

function valuesOf(examples: Named[], value: (example: Named) => unknown): NonNullable<Media['examples']> {
  return Object.fromEntries(
    examples.map((example) => [example.name, { summary: example.summary, value: value(example) }]),
  );
}

const MEANING: Record<number, string> = {
  101: 'The WebSocket is open',
  200: 'Done',
  201: 'Created',
  202: 'Accepted',
  206: 'The requested range',
  302: 'Redirect',
};

function replies(endpoint: Endpoint, examples: Named[], schemas: Schemas): Record<string, Response> {
  const { replies, media, raw, sends = [] } = endpoint;
  return Object.fromEntries(
    Object.entries(replies).map(([status, schema]) => {
      const shown = examples.filter(
        (example) => example.status === Number(status) && example.reply !== undefined,
      );
      const content = raw
        ? mediaOf(media, schemas)
        : {
            'application/json': {
              schema: schemas.of(schema, 'output'),
              ...(shown.length > 0 && { examples: valuesOf(shown, (example) => example.reply) }),
            },
          };
      const description = MEANING[Number(status)] ?? 'Success';
      return [status, { description, headers: replyHeadersOf(sends), ...(content && { content }) }];
    }),
  );
}

const unchanged = ({ tagged }: Endpoint): Record<string, Response> =>
  tagged ? { 304: { description: 'Not modified', headers: replyHeadersOf(['ETag']) } } : {};

function mediaOf(media: Endpoint['media'], schemas: Schemas): Record<string, Media> | undefined {
  return (
    media &&
    Object.fromEntries(
      Object.entries(media).map(([type, schema]) => [
        type,
        schema ? { schema: schemas.of(schema, 'output') } : {},
      ]),
    )
  );
}

function requestOf({ path }: Endpoint, example: Named): RequestExample {
  const { name, summary, params = {}, query = {}, headers = {}, body, status } = example;
  const filled = path
    .replace(/\{.*\}$/, '')
    .replace(/:(\w+)/g, (_, param: string) => encodeURIComponent(params[param] ?? ''));
  const search = new URLSearchParams(query).toString();
  return {
    name,
    summary,
    path: search === '' ? filled : `${filled}?${search}`,
    headers: { ...headers },
    ...(body !== undefined && { body }),
    status,
  };
}
