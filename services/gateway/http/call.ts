import type { DefaultContext, ParameterizedContext } from 'koa';
import type { FoundProject } from '#shared/adapters/database/accounts/projects.ts';
import type { FoundRun } from '#shared/adapters/database/run-views/find.ts';
import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import type {
  BodyOf,
  ENDPOINTS,
  EndpointId,
  HeadersOf,
  ParamsOf,
  QueryOf,
  ReplyOf,
} from '#shared/api/contract/endpoints.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { TraceSpan } from '#shared/platform/traces/spans.ts';
import type { OutsideTurn, Turn } from '../access/caller-turns.ts';
import type { Actor } from '../access/policy.ts';
import type { AnswerLanguage } from './language.ts';

/** The state of a request in the middleware. */
export interface GatewayState {
  requestId: string;
  /** When it had arrived, on the monotonic clock, ms: its headers, and a body that took its time. */
  arrivedAt: number;
  language: AnswerLanguage;
  /** Its span, once its caller is known: a stranger's floods would displace other spans (I13). */
  span: TraceSpan;
  log: Log;
  actor?: Actor;
  /** While it is this request's. */
  turn?: Turn;
  /** Once its path is known. */
  endpoint?: Pick<Endpoint, 'path' | 'raw'>;
}
export type GatewayContext = ParameterizedContext<GatewayState, DefaultContext>;

type Row<Id extends EndpointId> = (typeof ENDPOINTS)[Id];

/** An authorised and validated request, as its endpoint in the contract requires. */
export interface Call<Id extends EndpointId> {
  actor: Row<Id> extends { access: 'public' } ? undefined : Actor;
  /** The run of an `onRun` endpoint, already authorised, unless its handler reads it. */
  run: Row<Id> extends { readsRun: true }
    ? undefined
    : Row<Id> extends { onRun: true }
      ? FoundRun
      : undefined;
  /** The project of an `onProject` endpoint, likewise. */
  project: Row<Id> extends { onProject: true } ? FoundProject : undefined;
  params: ParamsOf<Id>;
  query: QueryOf<Id>;
  headers: HeadersOf<Id>;
  body: BodyOf<Id>;
  /** The body as it was sent. */
  sent: unknown;
  /** Ends the turn of this request (`caller-turns.ts`) before its handler ends: what is left to do is only to wait. */
  leaveTurn(): void;
  /** Leaves the turn for what only waits, and takes another one for what is left to do. */
  outsideTurn: OutsideTurn;
  /** The context of `raw` endpoints, which write the answer themselves. */
  ctx: GatewayContext;
  log: Log;
}

/** Undefined: the handler has answered by itself. */
export type Handler<Id extends EndpointId> = (
  call: Call<Id>,
) => Promise<
  Row<Id> extends { raw: string }
    ? void
    : ReplyOf<Id> | (Row<Id> extends { tagged: true } ? undefined : never)
>;

/** One handler for every endpoint of the contract. */
export type Handlers = { [Id in EndpointId]: Handler<Id> };
