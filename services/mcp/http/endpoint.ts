/*
 * The one path of the server, `/mcp`: who may call it, and which session a request is for. The protocol itself is the
 * SDK's. Owns the sessions.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import { ApiError, createClient, GatewayError } from '#shared/api/client/index.ts';
import { sourceStack } from '#shared/platform/log/source-stack.ts';
import { createAccess } from '../access.ts';
import type { Calls } from '../calls.ts';
import { createMcpServer } from '../server.ts';
import { inWords, STOPPING } from '../words.ts';
import { createAddressCheck } from './address.ts';
import { readMessage } from './read-message.ts';
import { Refusal } from './refusal.ts';
import { type McpSession, openSession } from './session.ts';
import { createSessions, type McpSessions, SESSION_LIMITS, type SessionLimits } from './sessions.ts';

export interface EndpointDeps {
  /** The gateway. */
  url: string;
  publicUrls: readonly string[];
  calls: Calls;
  /** Aborted when the process is asked to stop: no session begins after that. */
  stopping: AbortSignal;
  say(line: string): void;
  limits?: SessionLimits;
}

interface Endpoint {
  listener(request: IncomingMessage, response: ServerResponse): void;
  /** Ends all sessions, and so cancels the runs of calls that are not answered. */
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
    const { session, message } =
      id === undefined
        ? await begin(request, apiKey, keyHash, { ...deps, sessions })
        : await resume(request, String(id), keyHash, sessions);
    sessions.touch(session.id);
    if (message !== undefined) void deps.calls.track(closed(response));
    await session.handle(request, response, message);
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

/** A call is under way until its answer is written, or its caller is gone. */
const closed = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (response.closed) resolve();
    else response.once('close', resolve);
  });

interface Asked {
  session: McpSession;
  /** The body of a POST; that of another request is not read. */
  message: object | undefined;
}

/** The caller's session. Nothing of a body is read before its caller is known (I13). @throws Refusal */
async function resume(
  request: IncomingMessage,
  id: string,
  keyHash: Buffer,
  sessions: McpSessions,
): Promise<Asked> {
  const find = (): McpSession => {
    const session = sessions.find(id);
    // That of another key is none.
    if (session?.belongsTo(keyHash)) return session;
    throw new Refusal(404, 'There is no such session: initialize again.');
  };
  find();
  const message = request.method === 'POST' ? await readMessage(request) : undefined;
  return { session: find(), message }; // it may have ended meanwhile
}

interface BeginDeps extends Pick<EndpointDeps, 'url' | 'calls' | 'stopping' | 'say'> {
  sessions: McpSessions;
}

/** A new session, likewise. @throws Refusal unless it is initialized, the key is valid and there is room */
async function begin(
  request: IncomingMessage,
  apiKey: string,
  keyHash: Buffer,
  { url, calls, stopping, say, sessions }: BeginDeps,
): Promise<Asked> {
  if (request.method !== 'POST') throw notInitialized();
  if (stopping.aborted) throw new Refusal(503, STOPPING, { 'Retry-After': '5' });
  const client = createClient({ url, apiKey });
  const access = createAccess(client);
  const userId = await access.ask(new AbortController().signal).catch(refuse);
  const message = await readMessage(request);
  if (!isInitializeRequest(message)) throw notInitialized();
  const session = await openSession({
    userId,
    keyHash,
    server: createMcpServer({ client, access, calls, stopping, say }),
    onAnswered: () => sessions.touch(session.id),
    onClose: () => sessions.remove(session.id),
  });
  if (!sessions.add(session)) {
    await session.close();
    throw new Refusal(429, 'Too many sessions are open: close some first.', { 'Retry-After': '60' });
  }
  return { session, message };
}

const notInitialized = () =>
  new Refusal(400, 'A session begins with initialize; later requests name it in Mcp-Session-Id.');

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
