import type { Endpoint } from '../endpoint.ts';
import { subscriptionQuery, subscriptionReply } from '../subscribe.ts';

/** Events over NATS. */
export const SUBSCRIBE_ENDPOINTS = {
  readSubscription: {
    summary: 'What the calling API key may subscribe to over NATS, and how',
    description:
      'Only for API keys: a token cannot sign in to NATS. The messages are described in `/asyncapi.json`.',
    method: 'GET',
    path: '/v1/subscription',
    access: 'runs:read',
    query: subscriptionQuery,
    replies: { 200: subscriptionReply },
    errors: ['no_subscribers', 'subscription_too_wide', 'too_many_consumers'],
  },
} as const satisfies Record<string, Endpoint>;
