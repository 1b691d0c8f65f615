import fc from 'fast-check';
import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import { mutated } from './mutate.ts';
import { oddBody, oddText } from './odd-values.ts';

export interface FuzzedRequest {
  method: string;
  /** Path and query, escaped so that an HTTP client takes it. */
  path: string;
  headers: Record<string, string>;
  body: string | Buffer | undefined;
}

export interface Ground {
  /** Ids of things that are there, the caller's own and others'. */
  ids: readonly string[];
  /** What callers are known by: members, keys, admins. */
  callers: readonly Record<string, string>[];
  /** Nothing, and what only looks like credentials. */
  strangers: readonly Record<string, string>[];
  /** Names of artifacts, codes of problems. */
  names: readonly string[];
  /** Right bodies of the endpoint. */
  bodies: readonly unknown[];
}

/** Requests for one endpoint, from nearly right ones to pure nonsense. */
export function requestFor(endpoint: Endpoint, ground: Ground): fc.Arbitrary<FuzzedRequest> {
  const { method } = endpoint;
  return fc
    .record({
      path: pathOf(endpoint, ground),
      query: queryOf(endpoint, ground),
      headers: headersOf(ground),
      body: bodyOf(endpoint, ground),
    })
    .map(({ query, path, ...rest }) => ({
      ...rest,
      method,
      path: query === '' ? path : `${path}?${query}`,
      ...(method === 'GET' && { body: undefined }),
    }));
}

const id = ({ ids }: Ground) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...ids) },
    { weight: 1, arbitrary: fc.constantFrom(...ids).map((text) => text.toUpperCase()) },
    { weight: 1, arbitrary: fc.uuid() },
    { weight: 2, arbitrary: oddText.filter((text) => text !== '') },
  );

const name = ({ names }: Ground) => fc.oneof(fc.constantFrom(...names), oddText);

/** Half a surrogate pair cannot be escaped: it goes as the bytes that it would be. */
const escaped = (text: string): string => (text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80%ZZ');

function pathOf({ path }: Endpoint, ground: Ground): fc.Arbitrary<string> {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  return fc
    .tuple(...names.map((param) => (param === 'file' || param === 'code' ? name(ground) : id(ground))))
    .map((values) =>
      names.reduce((filled, name, n) => filled.replace(`:${name}`, () => escaped(values[n] || '-')), path),
    );
}

const PARAMETERS = ['token', '__proto__', 'limit[]', 'limit[a]', 'constructor', 'x'];

function queryOf({ query }: Endpoint, ground: Ground): fc.Arbitrary<string> {
  const known = query && 'shape' in query ? Object.keys(query.shape as object) : [];
  const value = fc.oneof(oddText, id(ground), fc.constantFrom('1', '0', '1000', 'true', 'pass', 'running'));
  return fc
    .array(fc.tuple(fc.constantFrom(...known, ...known, ...PARAMETERS), value), { maxLength: 4 })
    .map((pairs) => pairs.map(([name, text]) => `${name}=${escaped(patient(name, text))}`).join('&'));
}

/** A run that is not final would be waited for. */
const patient = (name: string, text: string): string =>
  name === 'wait' && Number(text) > 1 && Number(text) <= 60 ? '1' : text;

const NAMES = [
  'accept',
  'accept-language',
  'x-request-id',
  'idempotency-key',
  'last-event-id',
  'origin',
  'range',
  'if-none-match',
  'x-forwarded-for',
] as const;
const VALUES = [
  'application/json',
  'application/problem+json',
  '*/*',
  'es',
  'en;q=0.1',
  '2',
  '-1',
  'bytes=0-1',
  '"x"',
];

function headersOf({ callers, strangers }: Ground): fc.Arbitrary<Record<string, string>> {
  const value = fc.oneof(fc.constantFrom(...VALUES), oddText.map(inHeader));
  return fc
    .tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...callers) },
        { weight: 1, arbitrary: fc.constantFrom(...strangers) },
      ),
      fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 3, noNullPrototype: true }),
    )
    .map(([credential, others]) => ({ ...others, ...credential }));
}

/** What an HTTP client agrees to send: Latin-1 without control characters. */
const inHeader = (text: string): string => text.replace(/[^\t\x20-\x7e\xa0-\xff]/g, '\xbf').slice(0, 4_000);

function bodyOf({ body }: Endpoint, { bodies }: Ground): fc.Arbitrary<string | Buffer | undefined> {
  if (!body) return fc.constant(undefined);
  const right = fc.constantFrom(...(bodies.length > 0 ? bodies : [{}]));
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 6, arbitrary: right.chain(mutated).map((value) => JSON.stringify(value)) },
    { weight: 4, arbitrary: oddBody },
  );
}
