import type { z } from 'zod';
import type { Endpoint } from '#shared/contract/endpoint.ts';
import type { Schemas } from './schemas.ts';
import type { JsonSchema, Parameter, Reference } from './types.ts';

/** What may stand in the head of more than one request. */
export const SHARED_PARAMETERS: Record<'AcceptLanguage' | 'RequestId' | 'LastEventId' | 'Range', Parameter> =
  {
    AcceptLanguage: {
      name: 'Accept-Language',
      in: 'header',
      required: false,
      description: 'The language of texts: `en` or `es`. Others, and none, get exactly the texts shown here.',
      schema: { type: 'string' },
    },
    RequestId: {
      name: 'X-Request-Id',
      in: 'header',
      required: false,
      description: 'Names this request, in its answer and in the logs; without one it gets a fresh id.',
      schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,100}$' },
    },
    LastEventId: {
      name: 'Last-Event-ID',
      in: 'header',
      required: false,
      description: 'The seq that the watcher had last: the stream goes on after it.',
      schema: { type: 'integer', minimum: 0 },
    },
    Range: {
      name: 'Range',
      in: 'header',
      required: false,
      description: 'One range of bytes, answered with 206; several are answered with the whole file.',
      schema: { type: 'string', examples: ['bytes=0-1023'] },
    },
  };

export function parametersOf(endpoint: Endpoint, schemas: Schemas): (Parameter | Reference)[] {
  const { params, query, headers, raw, replies } = endpoint;
  return [
    ...fieldsOf(params, 'path', schemas),
    ...fieldsOf(query, 'query', schemas),
    ...fieldsOf(headers, 'header', schemas),
    ...(raw === 'stream' ? [shared('LastEventId')] : []),
    ...(206 in replies ? [shared('Range')] : []),
    shared('AcceptLanguage'),
    shared('RequestId'),
  ];
}

const shared = (name: keyof typeof SHARED_PARAMETERS): Reference => ({
  $ref: `#/components/parameters/${name}`,
});

/** Each field of the schema, which is an object's. */
function fieldsOf(schema: z.ZodType | undefined, place: Parameter['in'], schemas: Schemas): Parameter[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemas.of(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([field, { description, ...rest }]) => ({
    name: place === 'header' ? headerName(field) : field,
    in: place,
    required: place === 'path' || required.includes(field),
    ...(typeof description === 'string' && { description }),
    schema: rest,
  }));
}

/** `idempotency-key` as it is usually written. */
const headerName = (field: string): string => field.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
