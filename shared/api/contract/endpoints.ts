import type { z } from 'zod';
import { ACCOUNT_ENDPOINTS } from './accounts/endpoints.ts';
import { INVITATION_ENDPOINTS } from './accounts/invitation-endpoints.ts';
import { ANSWER_ENDPOINTS } from './answers/endpoints.ts';
import { BATCH_ENDPOINTS } from './batches/endpoints.ts';
import { CANCEL_ENDPOINTS } from './cancel/endpoints.ts';
import { FLOW_ENDPOINTS } from './flows/endpoints.ts';
import { FORK_ENDPOINTS } from './forks/endpoints.ts';
import { LIVE_ENDPOINTS } from './live/endpoints.ts';
import { PAUSE_ENDPOINTS } from './pauses/endpoints.ts';
import { PROFILE_ENDPOINTS } from './profiles/endpoints.ts';
import { RUN_ENDPOINTS } from './runs/endpoints.ts';
import { PLAYWRIGHT_TRACE_ENDPOINTS } from './runs/playwright-trace.ts';
import { SCHEDULE_ENDPOINTS } from './schedules/endpoints.ts';
import { SECRET_ENDPOINTS } from './secrets/endpoints.ts';
import { DOCS_ENDPOINTS } from './service/docs-endpoints.ts';
import { SERVICE_ENDPOINTS } from './service/endpoints.ts';
import { SUBSCRIBE_ENDPOINTS } from './subscribe/endpoints.ts';
import { WEBHOOK_ENDPOINTS } from './webhooks/endpoints.ts';

/** Named by its parts: otherwise the declarations of the client's package would repeat all of them. */
type Endpoints = typeof RUN_ENDPOINTS &
  typeof LIVE_ENDPOINTS &
  typeof PLAYWRIGHT_TRACE_ENDPOINTS &
  typeof FLOW_ENDPOINTS &
  typeof FORK_ENDPOINTS &
  typeof ANSWER_ENDPOINTS &
  typeof PAUSE_ENDPOINTS &
  typeof CANCEL_ENDPOINTS &
  typeof ACCOUNT_ENDPOINTS &
  typeof INVITATION_ENDPOINTS &
  typeof SUBSCRIBE_ENDPOINTS &
  typeof WEBHOOK_ENDPOINTS &
  typeof SECRET_ENDPOINTS &
  typeof PROFILE_ENDPOINTS &
  typeof SCHEDULE_ENDPOINTS &
  typeof BATCH_ENDPOINTS &
  typeof SERVICE_ENDPOINTS &
  typeof DOCS_ENDPOINTS;

/**
 * The HTTP contract: the one table of endpoints, mounted by the gateway and read by the client, the docs and the tests.
 * Paths are matched in this order.
 */
export const ENDPOINTS: Endpoints = {
  ...RUN_ENDPOINTS,
  ...LIVE_ENDPOINTS,
  ...PLAYWRIGHT_TRACE_ENDPOINTS,
  ...FLOW_ENDPOINTS,
  ...FORK_ENDPOINTS,
  ...ANSWER_ENDPOINTS,
  ...PAUSE_ENDPOINTS,
  ...CANCEL_ENDPOINTS,
  ...ACCOUNT_ENDPOINTS,
  ...INVITATION_ENDPOINTS,
  ...SUBSCRIBE_ENDPOINTS,
  ...WEBHOOK_ENDPOINTS,
  ...SECRET_ENDPOINTS,
  ...PROFILE_ENDPOINTS,
  ...SCHEDULE_ENDPOINTS,
  ...BATCH_ENDPOINTS,
  ...SERVICE_ENDPOINTS,
  ...DOCS_ENDPOINTS,
};

export type EndpointId = keyof Endpoints;

type Parsed<Id extends EndpointId, Column extends string> =
  Endpoints[Id] extends Record<Column, infer Schema extends z.ZodType> ? z.output<Schema> : undefined;

export type ParamsOf<Id extends EndpointId> = Parsed<Id, 'params'>;
export type QueryOf<Id extends EndpointId> = Parsed<Id, 'query'>;
export type HeadersOf<Id extends EndpointId> = Parsed<Id, 'headers'>;
export type BodyOf<Id extends EndpointId> = Parsed<Id, 'body'>;

/** What a handler returns: a status, the body for that status, and any additional headers. */
export type ReplyOf<Id extends EndpointId> = {
  [Status in keyof Endpoints[Id]['replies']]: Endpoints[Id]['replies'][Status] extends z.ZodType
    ? {
        status: Status;
        body: z.output<Endpoints[Id]['replies'][Status]>;
        headers?: Readonly<Record<string, string>>;
      }
    : never;
}[keyof Endpoints[Id]['replies']];
