/*
 * The contract's HTTP calls to one gateway. Owns no state. What is answered is checked, so that a server that is not a
 * gateway is reported as such. Runs in browsers too: fetch, timers and AbortSignal are all it needs.
 */
import type { EndpointId } from '#shared/api/contract/endpoints.ts';
import { ROUTES } from '#shared/api/contract/routes.ts';
import type { CallId, CallReply, CallRequest } from './calls.ts';
import type { AnswerChecks } from './checks.ts';
import { ApiError, GatewayError } from './errors.ts';
import { type ClientOptions, readClientOptions } from './options.ts';

export interface SignalOption {
  signal?: AbortSignal | undefined;
}
export interface CallOptions extends SignalOption {
  /** Timeout of the answer, ms (default 30,000). */
  withinMs?: number | undefined;
}

export interface Transport {
  readonly url: string;
  readonly checks: AnswerChecks;
  /** The body and headers of a successful answer. @throws ApiError, GatewayError, or the signal's reason */
  exchange<Id extends CallId>(id: Id, request: CallRequest<Id>, options?: CallOptions): Promise<Exchange<Id>>;
  /** A successful raw answer: a stream or a file. @throws as `exchange` */
  open<Id extends EndpointId>(
    id: Id,
    request: CallRequest<Id>,
    options?: SignalOption,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
}

interface Exchange<Id extends CallId> {
  body: CallReply<Id>;
  headers: Headers;
}

const REPLY_WITHIN_MS = 30_000;

/** @throws GatewayError invalid_option */
export function createTransport(options: ClientOptions, checks: AnswerChecks): Transport {
  const { url, headers: own, send } = readClientOptions(options);

  const open: Transport['open'] = async (id, request, { signal } = {}, extra = {}) => {
    const { method, path } = ROUTES[id];
    const { params, query, headers, body } = request as Partial<Record<string, object>>;
    const target = `${url}${pathOf(path, params ?? {})}${searchOf(query ?? {})}`;
    const init: RequestInit = {
      method,
      headers: {
        ...own,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...textsOf(headers ?? {}),
        ...extra,
      },
      // A redirect would carry the key to wherever it points.
      redirect: 'error',
      ...(signal && { signal }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const response = await reach(url, signal, () => send(target, init));
    if (!response.ok) throw await errorOf(response, { url, checks }, signal);
    return response;
  };

  return {
    url,
    checks,
    open,
    async exchange(id, request, { signal, withinMs = REPLY_WITHIN_MS } = {}) {
      const limit = AbortSignal.timeout(withinMs);
      const limited = signal === undefined ? limit : AbortSignal.any([signal, limit]);
      const response = await open(id, request, { signal: limited });
      const text = await reach(url, limited, () => response.text());
      const body = checks.reply(id, response.status, parseJson(text));
      if (body === undefined) throw notOurs(url, response.status);
      return { body: body as CallReply<typeof id>, headers: response.headers };
    },
  };
}

const pathOf = (path: string, params: object): string =>
  Object.entries(params).reduce(
    (left, [name, value]) => left.replace(`:${name}`, () => segmentOf(String(value))),
    path,
  );

/** `.` and `..`, encoded or not, would lead to another path. Encoded twice they are names that nothing has. */
const segmentOf = (value: string): string =>
  /^\.{1,2}$/.test(value) ? value.replaceAll('.', '%252E') : encodeURIComponent(value);

const textsOf = (values: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );

function searchOf(query: object): string {
  const search = new URLSearchParams(textsOf(query)).toString();
  return search === '' ? '' : `?${search}`;
}

/** Turns every failure below HTTP into one error, whatever fetch throws. */
async function reach<T>(url: string, signal: AbortSignal | undefined, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const timedOut = signal?.aborted && (signal.reason as Error | undefined)?.name === 'TimeoutError';
    if (signal?.aborted && !timedOut) throw signal.reason;
    const why = timedOut ? 'no answer in time' : reasonOf(error);
    throw new GatewayError('unreachable', `the gateway at ${url} does not answer (${why})`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error instanceof Error ? error.message : String(error);
}

async function errorOf(
  response: Response,
  { url, checks }: Pick<Transport, 'url' | 'checks'>,
  signal: AbortSignal | undefined,
): Promise<Error> {
  const answer = checks.error(parseJson(await reach(url, signal, () => response.text())));
  if (answer === undefined) return notOurs(url, response.status);
  const seconds = response.headers.get('retry-after');
  return new ApiError(response.status, answer.body, {
    code: answer.code,
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterS: seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) : undefined,
  });
}

const notOurs = (url: string, status: number): GatewayError =>
  new GatewayError('unexpected_reply', `what answers at ${url} is not a Ghostly gateway (status ${status})`);

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
