import { parseArgs } from 'node:util';

/** The process cannot start as it was asked to. Its message is one line for the operator. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
  readonly code = 'option';
}

export interface Options {
  /** The gateway. */
  url: string;
  /** The key of the one caller, over stdio. */
  apiKey: string | undefined;
  /** Undefined: over stdio. */
  http: HttpOptions | undefined;
}

export interface HttpOptions {
  host: string;
  port: number;
  /** URLs by which clients reach the server, besides loopback names and addresses. */
  publicUrls: string[];
}

const DEFAULT_PORT = 4_100;

export const USAGE = `Usage: ghostly-mcp [--http [--host HOST] [--port N] [--public-url URL]]

Offers Ghostly's runs as tools to agents (Model Context Protocol): over stdio, or with --http for many callers over
streamable HTTP, each with its own API key as a bearer token.

  --http            serve http://HOST:PORT/mcp instead of stdio
  --host HOST       address to listen on (127.0.0.1)
  --port N          port to listen on (${DEFAULT_PORT}; 0: any free one)
  --public-url URL  URL by which clients reach it, if not by an address or as localhost; can be repeated

GHOSTLY_URL is the gateway; GHOSTLY_API_KEY the key of the caller, over stdio.`;

const FLAGS = {
  http: { type: 'boolean', default: false },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: String(DEFAULT_PORT) },
  'public-url': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Undefined: only the usage is asked for. @throws OptionError */
export function readMcpOptions(args: string[], env: NodeJS.ProcessEnv): Options | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const { GHOSTLY_URL: url, GHOSTLY_API_KEY: apiKey } = env;
  if (!url)
    throw new OptionError('GHOSTLY_URL is not set: the URL of the gateway, e.g. http://127.0.0.1:4000');
  if (!values.http) {
    if (!apiKey) throw new OptionError('GHOSTLY_API_KEY is not set: the API key to call the gateway with');
    return { url, apiKey, http: undefined };
  }
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
    throw new OptionError(`--port must be a whole number from 0 to 65535, not "${values.port}"`);
  const publicUrls = values['public-url'] ?? [];
  for (const text of publicUrls)
    if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
      throw new OptionError(`--public-url must be an http or https URL, not "${text}"`);
  return { url, apiKey: undefined, http: { host: values.host, port, publicUrls } };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS }).values;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}
