/*
 * The contract's HTTP calls, typed by its table. Owns no state. A reply is checked against the contract, so that
 * whatever else answers at the address is named as such.
 */
import type { z } from 'zod';
import type { Endpoint } from '#shared/contract/endpoint.ts';
import { ENDPOINTS, type EndpointId } from '#shared/contract/endpoints.ts';
import { errorSchema } from '#shared/contract/errors.ts';
import { ApiError, GatewayError } from './errors.ts';
import type { GatewayAddress } from './locate.ts';

type Input<Id extends EndpointId, Column extends string> =
  (typeof ENDPOINTS)[Id] extends Record<Column, infer Schema extends z.ZodType>
    ? Record<Column, z.input<Schema>>
    : Partial<Record<Column, undefined>>;

type Request<Id extends EndpointId> = Input<Id, 'params'> & Partial<Input<Id, 'query'>> & Input<Id, 'body'>;

type Replies<Id extends EndpointId> = (typeof ENDPOINTS)[Id]['replies'];
type Reply<Id extends EndpointId> = {
  [Status in keyof Replies<Id>]: Replies<Id>[Status] extends z.ZodType
    ? z.output<Replies<Id>[Status]>
    : never;
}[keyof Replies<Id>];

export type Client = {
  readonly address: GatewayAddress;
  /** Resolves to the body of success. @throws ApiError, GatewayError, or the signal's reason */
  call: <Id extends EndpointId>(id: Id, request: Request<Id>, signal: AbortSignal) => Promise<Reply<Id>>;
  /** Opens a raw reply: of a stream, or of a file. */
  open: <Id extends EndpointId>(
    id: Id,
    request: Request<Id>,
    signal: AbortSignal,
    headers?: Record<string, string>,
  ) => Promise<Response>;
};

const REPLY_WITHIN_MS = 30_000;

export const createClient = (address: GatewayAddress): Client => {
  const open: Client['open'] = async (id, request, signal, headers = {}) => {
    const endpoint: Endpoint = ENDPOINTS[id];
    const { params, query, body } = request as { params?: object; query?: object; body?: unknown };
    const url = `${address.url}${pathOf(endpoint.path, params ?? {})}${searchOf(query ?? {})}`;
    const response = await reach(address.url, signal, () =>
      fetch(url, {
        method: endpoint.method,
        headers: {
          'X-Api-Key': address.apiKey,
          'Accept-Language': 'en',
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        // A redirect would carry the key to wherever it points.
        redirect: 'error',
        signal,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    if (!response.ok) throw await errorOf(response, address.url, signal);
    return response;
  };

  return {
    address,
    open,
    call: async (id, request, signal) => {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(REPLY_WITHIN_MS)]);
      const response = await open(id, request, limited);
      const text = await reach(address.url, limited, () => response.text());
      const { replies }: Endpoint = ENDPOINTS[id];
      const parsed = replies[response.status]?.safeParse(parseJson(text));
      if (!parsed?.success) throw notOurs(address.url, response.status);
      return parsed.data as Reply<typeof id>;
    },
  };
};

const pathOf = (path: string, params: object): string =>
  Object.entries(params).reduce(
    (left, [name, value]) => left.replace(`:${name}`, encodeURIComponent(value)),
    path,
  );

const searchOf = (query: object): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
};

/** What goes wrong below HTTP is one error, whatever fetch makes of it. */
const reach = async <T>(url: string, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> => {
  try {
    return await attempt();
  } catch (error) {
    const timedOut = signal.aborted && (signal.reason as Error)?.name === 'TimeoutError';
    if (signal.aborted && !timedOut) throw signal.reason;
    const why = timedOut ? 'no answer in time' : reasonOf(error);
    throw new GatewayError('unreachable', `the gateway at ${url} does not answer (${why})`, { cause: error });
  }
};

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error instanceof Error ? error.message : String(error);
};

const errorOf = async (response: Response, url: string, signal: AbortSignal): Promise<Error> => {
  const body = errorSchema.safeParse(parseJson(await reach(url, signal, () => response.text())));
  return body.success ? new ApiError(response.status, body.data) : notOurs(url, response.status);
};

const notOurs = (url: string, status: number): GatewayError =>
  new GatewayError('unexpected_reply', `what answers at ${url} is not a Ghostly gateway (status ${status})`);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
