import type { DefaultContext, ParameterizedContext } from 'koa';
import type {
  BodyOf,
  ENDPOINTS,
  EndpointId,
  HeadersOf,
  ParamsOf,
  QueryOf,
  ReplyOf,
} from '#shared/contract/endpoints.ts';
import type { FoundProject } from '#shared/database/accounts/projects.ts';
import type { FoundRun } from '#shared/database/run-views/find.ts';
import type { Log } from '#shared/process/log.ts';
import type { Actor } from '../access/policy.ts';
import type { Language } from './language.ts';

/** What a request carries along through the middleware. */
export interface GatewayState {
  requestId: string;
  /** When its headers had come, on the monotonic clock, ms. */
  arrivedAt: number;
  language: Language;
  log: Log;
  actor?: Actor;
}
export type GatewayContext = ParameterizedContext<GatewayState, DefaultContext>;

type Row<Id extends EndpointId> = (typeof ENDPOINTS)[Id];

/** A request that was let in and validated, as its endpoint's row in the contract says. */
export interface Call<Id extends EndpointId> {
  actor: Row<Id> extends { access: 'public' } ? undefined : Actor;
  /** The run of an `onRun` endpoint: the actor may do with it what the endpoint does. */
  run: Row<Id> extends { onRun: true } ? FoundRun : undefined;
  /** Likewise the project of an `onProject` endpoint. */
  project: Row<Id> extends { onProject: true } ? FoundProject : undefined;
  params: ParamsOf<Id>;
  query: QueryOf<Id>;
  headers: HeadersOf<Id>;
  body: BodyOf<Id>;
  /** For `raw` endpoints, which write their answer themselves. */
  ctx: GatewayContext;
  log: Log;
}

export type Handler<Id extends EndpointId> = (
  call: Call<Id>,
) => Promise<Row<Id> extends { raw: string } ? void : ReplyOf<Id>>;

/** One for every endpoint of the contract. */
export type Handlers = { [Id in EndpointId]: Handler<Id> };
