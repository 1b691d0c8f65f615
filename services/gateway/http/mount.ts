import type Router from '@koa/router';
import type { FoundProject } from '#shared/adapters/database/accounts/projects.ts';
import type { FoundRun } from '#shared/adapters/database/run-views/find.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { type Endpoint, errorsOf } from '#shared/api/contract/endpoint.ts';
import { ENDPOINTS, type EndpointId } from '#shared/api/contract/endpoints.ts';
import type { Authenticate } from '../access/authenticate.ts';
import type { CallerTurns, Kind, OutsideTurn } from '../access/caller-turns.ts';
import { clientAddress } from '../access/client-address.ts';
import { projectOrRefusal } from '../access/find-project.ts';
import { runOrRefusal } from '../access/find-run.ts';
import { type Actor, may } from '../access/policy.ts';
import type { SessionCookie } from '../access/session-cookie.ts';
import type { Budgets } from '../budgets.ts';
import { aboutRun } from './about-run.ts';
import type { GatewayContext, GatewayState, Handlers } from './call.ts';
import { RequestError } from './errors.ts';
import { validate, validateQuery } from './input.ts';
import { readJsonBody } from './json-body.ts';
import { isLarge, largeJson } from './json-reply.ts';
import { requestKindOf } from './kind.ts';
import { spanOfRequest } from './request-span.ts';

export interface MountDeps {
  budgets: Pick<Budgets, 'cancels' | 'reads'>;
  turns: Pick<CallerTurns, 'take'>;
  authenticate: Authenticate;
  cookie: Pick<SessionCookie, 'read'>;
}

/** Mounts the whole contract: every request is authenticated, waits for its turn, is authorised, validated, handled and answered in the same way. */
export function mountEndpoints(router: Router<GatewayState>, handlers: Handlers, deps: MountDeps): void {
  for (const id of Object.keys(ENDPOINTS) as EndpointId[]) mount(router, id, handlers, deps);
}

/** What its credentials say of a caller holds for so long while it waits for its turn, ms. */
const KNOWN_MS = 1_000;

type RoutedContext = GatewayContext & { params: Record<string, string> };

/** A handler whose endpoint is only known at run time; the type of the table has checked it. */
type AnyHandler = (call: Record<string, unknown>) => Promise<AnyReply | undefined>;
interface AnyReply {
  status: number;
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

function mount(router: Router<GatewayState>, id: EndpointId, handlers: Handlers, deps: MountDeps): void {
  const endpoint: Endpoint = ENDPOINTS[id];
  const handle = handlers[id] as unknown as AnyHandler;
  const { method, path } = endpoint;
  const serve = async (ctx: RoutedContext): Promise<void> => {
    try {
      await answer(ctx);
    } finally {
      ctx.state.turn?.leave();
    }
  };
  const answer = async (ctx: RoutedContext): Promise<void> => {
    ctx.state.endpoint = endpoint;
    // HEAD would hold a stream open that nobody reads.
    if (endpoint.raw === 'stream' && ctx.method === 'HEAD') return refuseHead(ctx);
    let admitted = await enter(id, ctx, deps);
    if (!admitted) return;
    if (admitted.run) aboutRun(ctx.state, admitted.run);
    const { language, log } = ctx.state;
    const leaveTurn = () => ctx.state.turn?.leave();
    const outsideTurn: OutsideTurn = (wait) => ctx.state.turn?.outside(wait) ?? wait();
    const query = validateQuery(endpoint, { ...ctx.query }, language);
    const headers = endpoint.headers && validate(endpoint.headers, { ...ctx.headers }, language);
    let sent: unknown;
    let body: unknown;
    if (endpoint.body) {
      const isLate = !ctx.req.complete;
      if (isLate) leaveTurn();
      sent = await readJsonBody(ctx);
      body = validate(endpoint.body, sent, language, endpoint.required);
      // It may have taken minutes: what counts is what its sender may do now.
      if (isLate) {
        ctx.state.arrivedAt = performance.now();
        admitted = await enter(id, ctx, deps);
        if (!admitted) return;
      }
    }
    const turn = { leaveTurn, outsideTurn };
    const reply = await handle({ ...admitted, query, headers, body, sent, ctx, log, ...turn });
    if (!reply) return;
    ctx.status = reply.status;
    if (reply.headers) ctx.set({ ...reply.headers });
    ctx.body = isLarge(reply.body) ? await largeJson(ctx, reply.body) : textOf(ctx, reply.body);
  };
  router.register(path, [method], [serve]);
}

/** Serialised once: its length decides whether it is compressed. */
function textOf(ctx: GatewayContext, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) return body;
  ctx.type = 'json';
  return JSON.stringify(body);
}

function refuseHead(ctx: GatewayContext): never {
  ctx.set('Allow', 'GET');
  throw new RequestError('method_not_allowed');
}

/** Who calls, and what of the path it may have, once it is its turn; or why not. Undefined if the client is gone by then. */
async function enter(id: EndpointId, ctx: RoutedContext, deps: MountDeps) {
  const endpoint: Endpoint = ENDPOINTS[id];
  const params = () => paramsOf(endpoint, ctx.params);
  if (endpoint.access === 'public') return { actor: undefined, params: params(), run: undefined };
  const kind = requestKindOf(id, endpoint, ctx.query);
  const actor = await callerInTurn(endpoint, ctx, kind, deps);
  if (ctx.res.destroyed) return undefined;
  const { cancels, reads } = deps.budgets;
  const named = params();
  const target = await admit(endpoint, actor, named?.id ?? '', kind === 'cancels' ? cancels : reads);
  return { actor, params: named, ...target };
}

async function callerInTurn(endpoint: Endpoint, ctx: RoutedContext, kind: Kind, deps: MountDeps) {
  const actor = await callerOf(endpoint, ctx, kind, deps);
  const since = performance.now();
  ctx.state.turn = await deps.turns.take(kind, actor.userId);
  const isLate = performance.now() - since > KNOWN_MS && !ctx.res.destroyed;
  return isLate ? await callerOf(endpoint, ctx, kind, deps) : actor;
}

async function callerOf(
  endpoint: Endpoint,
  ctx: GatewayContext,
  kind: Kind,
  { authenticate, cookie }: MountDeps,
): Promise<Actor> {
  const { token } = ctx.query;
  const credentials = {
    authorization: ctx.get('Authorization') || undefined,
    apiKey: ctx.get('X-Api-Key') || undefined,
    queryToken: endpoint.queryToken && typeof token === 'string' && token !== '' ? token : undefined,
    session: cookie.read(ctx),
  };
  const actor = await authenticate(credentials, { kind, address: clientAddress(ctx) }).catch(
    (error: unknown) => {
      throw explainedRefusal(endpoint, error);
    },
  );
  const isKnown = ctx.state.actor !== undefined;
  ctx.state.actor = actor;
  if (isKnown) return actor;
  const ageMs = performance.now() - ctx.state.arrivedAt;
  ctx.state.span = spanOfRequest(ctx.method, ctx.get('traceparent'), ageMs);
  return actor;
}

/** Why the caller is refused, as an error that the endpoint declares. */
function explainedRefusal(endpoint: Endpoint, error: unknown): unknown {
  const isDescribed = !(error instanceof RequestError) || errorsOf(endpoint).includes(error.code);
  return isDescribed ? error : new RequestError('unauthorized', { cause: error });
}

function paramsOf(endpoint: Endpoint, given: Record<string, string>) {
  const { params } = endpoint;
  if (!params) return undefined;
  const result = params.safeParse(given);
  if (!result.success) throw new RequestError(notFoundAt(endpoint));
  return result.data;
}

const notFoundAt = ({ namesRun }: Endpoint) => (namesRun ? 'run_not_found' : 'not_found');

/** What of the path a request is about. */
interface Target {
  run?: FoundRun;
  project?: FoundProject;
}

/** Authorises the actor or throws; with a run or a project in the path, access is decided for that one. */
async function admit(endpoint: Endpoint, actor: Actor, id: string, sql: Sql): Promise<Target> {
  const { access, andAccess, onRun, onProject, readsRun, forbidden = 'forbidden' } = endpoint;
  if (access === 'public' || readsRun) return {};
  if (onRun) return { run: await runOrRefusal(sql, actor, id, access, notFoundAt(endpoint)) };
  if (onProject) {
    const project = await projectOrRefusal(sql, actor, id, access);
    if (andAccess && andAccess !== 'public') await projectOrRefusal(sql, actor, id, andAccess);
    return { project };
  }
  if (may(actor, access) !== 'allowed') throw new RequestError(forbidden);
  return {};
}
