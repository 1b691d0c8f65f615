import { z } from 'zod';
import { DURABLE_USER, READERS } from '#shared/bus/accounts.ts';
import { EVENT_STREAM, type RunAddress, subjects } from '#shared/bus/subjects.ts';
import { ENTRY_SCHEMAS, type StreamEntry } from '#shared/events/entries.ts';
import { EVENT_SCHEMAS, EVENT_TYPES, type EventType } from '#shared/events/events.ts';

const runId = z.uuid();

/** What is left of the payload of a message that would be larger than the server takes. */
const cutPayload = z
  .object({ truncated: z.literal(true) })
  .catchall(z.unknown())
  .describe('Where the message would be larger than the server takes: only short fields are left.');

/** The body of an event of this type: what a watcher gets over SSE, plus the run. */
const eventMessage = (type: EventType) => {
  const schema = EVENT_SCHEMAS[type];
  const payload = z.union([schema.shape.payload, cutPayload]);
  return schema.extend({ kind: z.literal('assist'), runId, payload });
};

/** The body of each message, by its schema's name. */
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
  end: { summary: 'Nothing more comes of this run', id: '<runId>:end' },
};

const DESCRIPTION = `Every event of every run, as over server-sent events, in the JetStream stream \`${EVENT_STREAM}\`.

Delivery is at least once, in the order of each run: drop what has a \`seq\` that is not above the last one of its run. A gap (a live subscriber was away) is filled from \`events\` of \`GET /v1/runs/{id}\`. The header \`Nats-Msg-Id\` names each message for good.

A subscriber signs in with an API key that has the scope \`runs:read\`, and hears of the runs of its user and of the projects that its user is a member of. \`GET /v1/subscription\` says which subjects and consumers these are.`;

const ADDRESS: RunAddress = { userId: '{userId}', projectId: '{projectId}', runId: '{runId}' };

const PARAMETERS = {
  userId: { description: 'Who started the run.' },
  projectId: { description: 'The project of the run.' },
  runId: { description: 'The run; the same as `runId` in the message.' },
};
const TYPE = {
  type: { description: 'What happened; the same as `type` in the message.', enum: [...EVENT_TYPES] },
};

/** The AsyncAPI 3.0 description of what subscribers hear. Pure. */
export const describeMessages = ({ version }: { version: string }): Record<string, unknown> => ({
  asyncapi: '3.0.0',
  info: { title: 'Ghostly events', version, description: DESCRIPTION, license: { name: 'MIT' } },
  defaultContentType: 'application/json',
  servers: {
    nats: {
      host: '{host}',
      protocol: 'nats',
      description: 'NATS 2.10 with JetStream.',
      variables: {
        host: { default: '127.0.0.1:4222', description: 'See `servers` of `GET /v1/subscription`.' },
      },
      security: [
        { $ref: '#/components/securitySchemes/live' },
        { $ref: '#/components/securitySchemes/durable' },
      ],
    },
  },
  channels: byKind(channelOf),
  operations: byKind((kind) => ({
    action: 'send',
    channel: { $ref: `#/channels/${kind}` },
    summary: TEXTS[kind].summary,
    messages: [{ $ref: `#/channels/${kind}/messages/${kind}` }],
  })),
  components: {
    messages: byKind(messageOf),
    schemas: {
      assist: ASSIST,
      ...Object.fromEntries(Object.entries(BODIES).map(([name, schema]) => [name, jsonSchemaOf(schema)])),
    },
    securitySchemes: {
      live: {
        type: 'apiKey',
        in: 'password',
        description:
          'The API key as token, or as password of any user. May subscribe to its events and publish nothing.',
      },
      durable: {
        type: 'userPassword',
        description: `The user \`${DURABLE_USER}\` with the API key as password. May subscribe to what its durable consumers hand out, in the queue group \`${READERS}\`, and acknowledge, nothing else.`,
      },
    },
  },
});

const byKind = <T>(make: (kind: Kind) => T): Record<string, T> =>
  Object.fromEntries(KINDS.map((kind) => [kind, make(kind)]));

const ASSIST = {
  description: 'One of these, by its `type`. Types and fields may be added: ignore those you do not know.',
  discriminator: 'type',
  oneOf: EVENT_TYPES.map((type) => ({ $ref: `#/components/schemas/${type}` })),
};

/** Fields may be added to messages: no object is all there will ever be. */
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
