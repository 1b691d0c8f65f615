import { z } from 'zod';
import { DURABLE_USER, READERS } from '#shared/adapters/bus/accounts.ts';
import { EVENT_STREAM, type RunAddress, subjects } from '#shared/adapters/bus/subjects.ts';
import { gapNoticeSchema } from '#shared/adapters/bus/subscribers/gap-notice.ts';
import { ENTRY_SCHEMAS, type StreamEntry } from '#shared/domain/events/entries.ts';
import { EVENT_SCHEMAS, EVENT_TYPES, type EventType } from '#shared/domain/events/events.ts';

const runId = z.uuid();

/** The payload of a message that would exceed the server's maximum size. */
const cutPayload = z
  .object({ truncated: z.literal(true) })
  .catchall(z.unknown())
  .describe('Sent if the message would exceed the maximum size of the server; only short fields remain.');

/** The body of an event of this type: the data of the SSE message, plus the run id. */
const eventMessage = (type: EventType) => {
  const schema = EVENT_SCHEMAS[type];
  const payload = z.union([schema.shape.payload, cutPayload]);
  return schema.extend({ kind: z.literal('assist'), runId, payload });
};

/** Message bodies by schema name. */
const BODIES = {
  status: ENTRY_SCHEMAS.status.extend({ runId }),
  end: ENTRY_SCHEMAS.end.extend({ runId }),
  ...(Object.fromEntries(EVENT_TYPES.map((type) => [type, eventMessage(type)])) as Record<
    EventType,
    ReturnType<typeof eventMessage>
  >),
};

type Kind = StreamEntry['kind'];
const KINDS = ['assist', 'status', 'end'] as const satisfies Kind[];

const TEXTS: Record<Kind, { summary: string; id: string }> = {
  assist: { summary: 'A numbered event of a run: seq 1, 2, 3 …, without gaps', id: '<runId>:<seq>' },
  status: { summary: 'The status of a run has changed', id: '<runId>:status:<status>' },
  end: { summary: 'The stream of a run has ended', id: '<runId>:end' },
};

const DESCRIPTION = `All events of all runs, as in the server-sent events, from the JetStream stream \`${EVENT_STREAM}\`.

Delivery is at least once, and in order within each run: drop a message whose \`seq\` is not higher than the last one of its run. Fill gaps (after a live subscriber was disconnected) from \`events\` of \`GET /v1/runs/{id}\`. A durable consumer that may have missed events gets a message of the kind \`gap\`. The header \`Nats-Msg-Id\` identifies a message permanently.

A subscriber signs in with an API key that has the scope \`runs:read\`, and receives the events of the runs of its user and of its user's projects. \`GET /v1/subscription\` lists the subjects and consumers.`;

const ADDRESS: RunAddress = { userId: '{userId}', projectId: '{projectId}', runId: '{runId}' };

const PARAMETERS = {
  userId: { description: 'The user who started the run.' },
  projectId: { description: 'The project of the run.' },
  runId: { description: 'The run; equals `runId` in the message.' },
};
const TYPE = {
  type: { description: 'The type of the event; equals `type` in the message.', enum: [...EVENT_TYPES] },
};

const SERVERS = {
  nats: {
    host: '{host}',
    protocol: 'nats',
    description: 'NATS with JetStream.',
    variables: {
      host: { default: '127.0.0.1:4222', description: 'See `servers` of `GET /v1/subscription`.' },
    },
    security: [
      { $ref: '#/components/securitySchemes/live' },
      { $ref: '#/components/securitySchemes/durable' },
    ],
  },
};

const SECURITY_SCHEMES = {
  live: {
    type: 'apiKey',
    in: 'password',
    description:
      'The API key as token, or as password with any user name. May subscribe to its events; may not publish.',
  },
  durable: {
    type: 'userPassword',
    description: `The user \`${DURABLE_USER}\` with the API key as password. May only subscribe to the deliveries of its durable consumers, in the queue group \`${READERS}\`, and acknowledge them.`,
  },
};

const GAP_CHANNEL = {
  address: subjects.handedOut('{consumer}'),
  messages: { gap: { $ref: '#/components/messages/gap' } },
  parameters: { consumer: { description: 'The durable consumer; see `GET /v1/subscription`.' } },
};

const GAP_MESSAGE = {
  name: 'gap',
  summary: 'A durable consumer has missed events that the stream has dropped',
  description:
    'Delivered among the events of a durable consumer, and again a minute later, until it is acknowledged. Pass the messages of `GET /v1/events?since=<since>` to what handles those over NATS, then acknowledge.',
  payload: { $ref: '#/components/schemas/gap' },
};

const operationOf = (name: string, summary: string) => ({
  action: 'send',
  channel: { $ref: `#/channels/${name}` },
  summary,
  messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
});

/** The AsyncAPI 3.0 description of the messages to subscribers. Pure. */
export const describeMessages = ({ version }: { version: string }): Record<string, unknown> => ({
  asyncapi: '3.0.0',
  info: { title: 'Ghostly events', version, description: DESCRIPTION, license: { name: 'MIT' } },
  defaultContentType: 'application/json',
  servers: SERVERS,
  channels: { ...byKind(channelOf), gap: GAP_CHANNEL },
  operations: {
    ...byKind((kind) => operationOf(kind, TEXTS[kind].summary)),
    gap: operationOf('gap', GAP_MESSAGE.summary),
  },
  components: {
    messages: { ...byKind(messageOf), gap: GAP_MESSAGE },
    schemas: {
      assist: ASSIST,
      ...Object.fromEntries(Object.entries(BODIES).map(([name, schema]) => [name, jsonSchemaOf(schema)])),
      gap: jsonSchemaOf(gapNoticeSchema),
    },
    securitySchemes: SECURITY_SCHEMES,
  },
});

const byKind = <T>(make: (kind: Kind) => T): Record<string, T> =>
  Object.fromEntries(KINDS.map((kind) => [kind, make(kind)]));

const ASSIST = {
  description: 'One of these, by its `type`. Types and fields may be added; ignore unknown ones.',
  discriminator: 'type',
  oneOf: EVENT_TYPES.map((type) => ({ $ref: `#/components/schemas/${type}` })),
};

/** Fields may be added to messages, so objects are not closed. */
const jsonSchemaOf = (schema: z.ZodType) =>
  z.toJSONSchema(schema, {
    target: 'draft-7',
    override: ({ jsonSchema }) => void delete jsonSchema.additionalProperties,
  });

const channelOf = (kind: Kind) => ({
  address: subjects.event(ADDRESS, kind === 'assist' ? '{type}' : kind),
  messages: { [kind]: { $ref: `#/components/messages/${kind}` } },
  parameters: kind === 'assist' ? { ...PARAMETERS, ...TYPE } : PARAMETERS,
});

const messageOf = (kind: Kind) => ({
  name: kind,
  summary: TEXTS[kind].summary,
  headers: {
    type: 'object',
    required: ['Nats-Msg-Id'],
    properties: { 'Nats-Msg-Id': { type: 'string', description: `\`${TEXTS[kind].id}\`` } },
  },
  payload: { $ref: `#/components/schemas/${kind}` },
});
