import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { missedMessage, missedQuery, subscriptionQuery, subscriptionReply } from './subscribe.ts';

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
  readMissed: {
    summary:
      'Read the messages of the runs that ended since a time, as over NATS: fills the gap of a subscriber',
    description:
      'All messages of each run, run after run in the order of their ends, in pages; `Link` has the next page. Covers the runs of the user and of its projects, as a subscription with the same `projects` does. Runs that have not ended are not included: their last event is still to come, and shows a gap in `seq`.',
    method: 'GET',
    path: '/v1/events',
    access: 'runs:read',
    query: missedQuery,
    replies: { 200: z.array(missedMessage) },
    sends: ['Link'],
    errors: ['subscription_too_wide'],
  },
} as const satisfies Record<string, Endpoint>;
