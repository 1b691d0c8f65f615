import type { z } from 'zod';
import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import type { Schemas } from './schemas.ts';
import type { JsonSchema, Parameter, Reference } from './types.ts';

/** Request headers of more than one endpoint. */
export const SHARED_PARAMETERS: Record<'AcceptLanguage' | 'RequestId' | 'LastEventId' | 'Range', Parameter> =
  {
    AcceptLanguage: {
      name: 'Accept-Language',
      in: 'header',
      required: false,
      description: 'The language of texts: `en` or `es`. Without either, texts are exactly as shown here.',
      schema: { type: 'string' },
    },
    RequestId: {
      name: 'X-Request-Id',
      in: 'header',
      required: false,
      description: 'An id for this request, repeated in the answer and in the logs; generated if absent.',
      schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,100}$' },
    },
    LastEventId: {
      name: 'Last-Event-ID',
      in: 'header',
      required: false,
      description: 'The `seq` of the last event received; the stream continues after it.',
      schema: { type: 'integer', minimum: 0 },
    },
    Range: {
      name: 'Range',
      in: 'header',
      required: false,
      description:
        'A single byte range, answered with 206. Multiple ranges are answered with the whole file.',
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
