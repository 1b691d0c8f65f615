import { WEBHOOK_EVENT_TEXTS } from '#shared/api/contract/webhooks/webhook-events.ts';
import {
  WEBHOOK_MESSAGES,
  type WebhookType,
  webhookHeaders,
} from '#shared/api/contract/webhooks/webhooks.ts';
import { WEBHOOK_MESSAGE_EXAMPLES } from '../examples/webhook-messages.ts';
import type { Schemas } from './schemas.ts';
import type { OpenApi, Parameter, WebhookOperation } from './types.ts';

const TEXTS: Record<WebhookType, string> = {
  ...WEBHOOK_EVENT_TEXTS,
  ping: 'Sent on request, to try a webhook.',
};

const HOW = `Answer with any 2xx within 15 s, before doing anything that takes long. Another answer, none, or one that breaks off, is a failure; redirects are not followed, and 410 disables the webhook. It is sent again after a growing delay for three days. What happens to a run arrives in order.

Verify the signature over the body as it came (\`verifyWebhook\` of \`@ghostly/client\`, or any library of Standard Webhooks), and drop a \`webhook-id\` that was had before.`;

/** Each message that webhooks are sent, by its type. */
export const describeWebhooks = (schemas: Schemas): OpenApi['webhooks'] =>
  Object.fromEntries(
    (Object.keys(WEBHOOK_MESSAGES) as WebhookType[]).map((type) => [
      type,
      { post: messageOf(type, schemas) },
    ]),
  );

function messageOf(type: WebhookType, schemas: Schemas): WebhookOperation {
  const value = WEBHOOK_MESSAGE_EXAMPLES[type];
  return {
    summary: TEXTS[type],
    description: HOW,
    tags: ['Webhooks'],
    parameters: headersOf(),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: schemas.of(WEBHOOK_MESSAGES[type], 'output'),
          examples: { [type]: { summary: TEXTS[type], value } },
        },
      },
    },
    responses: {
      '2XX': { description: 'It has arrived.' },
      '410': { description: 'Nothing more is to be sent: the webhook is disabled.' },
    },
  };
}

const headersOf = (): Parameter[] =>
  Object.entries(webhookHeaders.shape).map(([name, schema]) => ({
    name,
    in: 'header',
    required: true,
    description: schema.description ?? '',
    schema: { type: 'string' },
  }));
