/*
 * The one path of the server, `/mcp`: who may call it, and which session a request is for. The protocol itself is the
 * SDK's. Owns the sessions.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isInitializeRequest, isJSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';
import { ApiError, createClient, GatewayError } from '#shared/client/index.ts';
import { sourceStack } from '#shared/process/source-stack.ts';
import { createAccess } from '../access.ts';
import type { Calls } from '../calls.ts';
import { createMcpServer } from '../server.ts';
import { inWords } from '../words.ts';
import { createAddressCheck } from './address.ts';
import { Refusal } from './refusal.ts';
import { readBody } from './request-body.ts';
import { openSession } from './session.ts';
import { createSessions, SESSION_LIMITS, type SessionLimits, type Sessions } from './sessions.ts';

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

const UNAUTHENTICATED = { 'WWW-Authenticate': 'Bearer realm="ghostly"' };

export function createEndpoint({ publicUrls, limits = SESSION_LIMITS, ...deps }: EndpointDeps): Endpoint {
  const checkAddress = createAddressCheck(publicUrls);
  const sessions = createSessions(limits, () => performance.now());

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    checkAddress(request);
    const apiKey = bearerOf(request);
    const keyHash = createHash('sha256').update(apiKey).digest();
    const id = request.headers['mcp-session-id'];
    const body = request.method === 'POST' ? await readBody(request) : undefined;
    checkMessages(body, id);
    const session =
      id === undefined ? await begin(apiKey, keyHash, { ...deps, sessions }) : sessions.find(String(id));
    // That of another key is none.
    if (!session?.belongsTo(keyHash)) throw new Refusal(404, 'There is no such session: initialize again.');
    sessions.touch(session.id);
    await session.handle(request, response, body);
    // The transport refused the request (e.g. its Accept header), so no client knows the id of this session.
    if (!session.hasBegun) await session.close();
  }

  return {
    listener(request, response) {
      handle(request, response).catch((error: unknown) => answerError(response, error, deps.say));
    },
    close: () => sessions.closeAll(),
  };
}

/** @throws Refusal */
function checkMessages(body: unknown, sessionId: string | string[] | undefined): void {
  const messages = [body].flat();
  if (sessionId === undefined && !messages.some(isInitializeRequest))
    throw new Refusal(400, 'A session begins with initialize; later requests name it in Mcp-Session-Id.');
  // The connection of a call is its own: what becomes of the one decides about the other.
  if (messages.filter(isJSONRPCRequest).length > 1)
    throw new Refusal(400, 'One request at a time: several in one body are not taken.');
}

interface BeginDeps extends Pick<EndpointDeps, 'url' | 'calls' | 'say'> {
  sessions: Sessions;
}

/** @throws Refusal unless the key is valid and there is room */
async function begin(apiKey: string, keyHash: Buffer, { url, calls, say, sessions }: BeginDeps) {
  const client = createClient({ url, apiKey });
  const access = createAccess(client);
  const userId = await access.ask(new AbortController().signal).catch(refuse);
  const session = await openSession({
    userId,
    keyHash,
    server: createMcpServer({ client, access, calls, say }),
    onAnswered: () => sessions.touch(session.id),
    onClose: () => sessions.remove(session.id),
  });
  if (!sessions.add(session)) {
    await session.close();
    throw new Refusal(429, 'Too many sessions are open: close some first.', { 'Retry-After': '60' });
  }
  return session;
}

function bearerOf({ headers }: IncomingMessage): string {
  const [, key] = /^Bearer ([\x21-\x7e]+)$/i.exec(headers.authorization ?? '') ?? [];
  if (key === undefined)
    throw new Refusal(401, 'Send an API key of Ghostly: Authorization: Bearer gly_…', UNAUTHENTICATED);
  return key;
}

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
  const known = error instanceof Refusal;
  if (!known)
    say(
      `a request failed: ${error instanceof Error ? sourceStack(error.stack ?? error.message) : String(error)}`,
    );
  if (response.headersSent || !response.writable) return void response.destroy();
  const message = known ? error.message : 'Internal error';
  const { status, headers } = known ? error : { status: 500, headers: {} };
  // What is left of its body is not read.
  response.writeHead(status, { ...headers, 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }));
}
