import { PROBLEM_TYPE } from '#shared/api/contract/errors/problem-type.ts';
import { GatewayError } from './errors.ts';

export interface ClientOptions {
  /** URL of the gateway, e.g. `http://127.0.0.1:4000`; with a path if a proxy serves it below one. */
  url: string;
  /** `gly_…` */
  apiKey?: string | undefined;
  /** A JWT from `POST /v1/auth/login`; takes precedence over the API key. */
  token?: string | undefined;
  /** Language of error texts (default `en`). */
  language?: 'en' | 'es' | undefined;
  /** Used instead of the global `fetch`. */
  fetch?: typeof fetch | undefined;
}

export interface ReadOptions {
  /** The URL of the gateway, without a trailing slash. */
  url: string;
  headers: Record<string, string>;
  send: typeof fetch;
}

/** @throws GatewayError invalid_option */
export function readClientOptions({
  url,
  apiKey,
  token,
  language = 'en',
  fetch: send,
}: ClientOptions): ReadOptions {
  return {
    url: baseOf(url),
    headers: {
      ...(apiKey !== undefined && { 'X-Api-Key': visible('apiKey', apiKey) }),
      ...(token !== undefined && { Authorization: `Bearer ${visible('token', token)}` }),
      // Errors come with their codes.
      Accept: `${PROBLEM_TYPE}, */*;q=0.9`,
      'Accept-Language': language,
    },
    // Called as a function: a browser's fetch refuses to be a method of anything else.
    send: send ?? ((input, init) => fetch(input, init)),
  };
}

function baseOf(text: string): string {
  const url = parseUrl(text);
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new GatewayError('invalid_option', `url has to be an http or https URL, not "${text}"`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** `URL.parse` is missing in Node 20 and some browsers. */
function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** A header with a line break is refused with an error that contains the secret, so it is checked before. */
function visible(name: string, text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new GatewayError('invalid_option', `${name} is empty or has characters that none has`);
  return text;
}
