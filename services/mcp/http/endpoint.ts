/*
 * The one path of the server, `/mcp`: who may call it, and which session a request is for. The protocol itself is the
 * SDK's. Owns the sessions.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import { ApiError, createClient, GatewayError } from '#shared/client/index.ts';
import { ownHosts } from '#shared/process/own-hosts.ts';
import { createAccess } from '../access.ts';
import type { Calls } from '../calls.ts';
import { createMcpServer } from '../server.ts';
import { inWords } from '../words.ts';
import { BodyError, readBody } from './request-body.ts';
import { openSession } from './session.ts';
import { createSessions, SESSION_LIMITS, type SessionLimits } from './sessions.ts';

export const PATH = '/mcp';

export interface EndpointDeps {
  /** The gateway. */
  url: string;
  publicUrls: readonly string[];
  calls: Calls;
  say(line: string): void;
  limits?: SessionLimits;
}

export interface Endpoint {
  listener(request: IncomingMessage, response: ServerResponse): void;
  /** Ends all sessions, and so cancels the runs of their calls. */
  close(): Promise<void>;
}

/** A request that is not for a session. */
class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

const UNAUTHENTICATED = { 'WWW-Authenticate': 'Bearer realm="ghostly"' };

export function createEndpoint(deps: EndpointDeps): Endpoint {
  const { url, publicUrls, calls, say, limits = SESSION_LIMITS } = deps;
  const isOwnHost = ownHosts(publicUrls);
  const sessions = createSessions(limits, () => performance.now());

  /** @throws Refusal unless the key is valid and there is room */
  async function begin(apiKey: string, keyHash: Buffer) {
    const client = clientOf(url, apiKey);
    const access = createAccess(client);
    await access.ask(new AbortController().signal).catch(refuse);
    const server = createMcpServer({ client, access, calls, say });
    const session = await openSession({
      keyHash,
      server,
      onAnswered: () => sessions.touch(session.id),
      onClose: () => sessions.remove(session.id),
    });
    if (!sessions.add(session)) {
      await session.close();
      throw new Refusal(429, 'Too many sessions are open: close some first.', { 'Retry-After': '60' });
    }
    return session;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    checkAddress(request, isOwnHost);
    const apiKey = bearerOf(request);
    const keyHash = createHash('sha256').update(apiKey).digest();
    const id = request.headers['mcp-session-id'];
    const body = request.method === 'POST' ? await readBody(request) : undefined;
    const isBeginning = id === undefined && [body].flat().some(isInitializeRequest);
    if (!isBeginning && id === undefined)
      throw new Refusal(400, 'A session begins with initialize; later requests name it in Mcp-Session-Id.');
    const session = isBeginning ? await begin(apiKey, keyHash) : sessions.find(String(id));
    // That of another key is none.
    if (!session?.belongsTo(keyHash)) throw new Refusal(404, 'There is no such session: initialize again.');
    sessions.touch(session.id);
    await session.handle(request, response, body);
  }

  return {
    listener(request, response) {
      handle(request, response).catch((error: unknown) => answerError(response, error, say));
    },
    close: () => sessions.closeAll(),
  };
}

/** A page that has its name resolve to us still sends its own name, and a browser the page's origin. */
function checkAddress(
  { url = '', headers }: IncomingMessage,
  isOwnHost: (host: string | undefined) => boolean,
): void {
  if (!isOwnHost(headers.host))
    throw new Refusal(421, 'This server does not answer to that Host: start it with --public-url.');
  const { origin } = headers;
  if (origin !== undefined && !isOwnHost(URL.parse(origin)?.host ?? ''))
    throw new Refusal(403, 'This server takes no requests of pages of that origin.');
  if (url.split('?', 1)[0] !== PATH) throw new Refusal(404, `There is only ${PATH}.`);
}

function bearerOf({ headers }: IncomingMessage): string {
  const [, key] = /^Bearer ([\x21-\x7e]+)$/i.exec(headers.authorization ?? '') ?? [];
  if (key === undefined)
    throw new Refusal(401, 'Send an API key of Ghostly: Authorization: Bearer gly_…', UNAUTHENTICATED);
  return key;
}

const clientOf = (url: string, apiKey: string) => createClient({ url, apiKey });

function refuse(error: unknown): never {
  if (error instanceof ApiError && error.status === 401)
    throw new Refusal(401, inWords(error), {
      'WWW-Authenticate': 'Bearer realm="ghostly", error="invalid_token"',
    });
  if (error instanceof ApiError || error instanceof GatewayError)
    throw new Refusal(503, inWords(error), { 'Retry-After': '5' });
  throw error;
}

/** An error outside of the protocol, in its form. */
function answerError(response: ServerResponse, error: unknown, say: (line: string) => void): void {
  const known = error instanceof Refusal || error instanceof BodyError;
  if (!known) say(`a request failed: ${error instanceof Error ? error.stack : String(error)}`);
  if (response.headersSent || !response.writable) return void response.destroy();
  const message = known ? error.message : 'Internal error';
  const headers = error instanceof Refusal ? error.headers : {};
  const status = known ? error.status : 500;
  // What is left of its body is not read.
  response.writeHead(status, { ...headers, 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }));
}
