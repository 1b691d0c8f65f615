/*
 * One caller over streamable HTTP: its key, its server, its transport. Owns its calls: one whose connection closes before
 * its answer is cancelled, and so are all when the session ends.
 */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
} from '@modelcontextprotocol/sdk/types.js';

export interface McpSession {
  readonly id: string;
  /** The caller. */
  readonly userId: string;
  /** Whether its caller has initialized it; before that no caller knows its id. */
  readonly hasBegun: boolean;
  /** Requests that are not answered, streams included. */
  readonly open: number;
  /** Whether the session was opened with this key. */
  belongsTo(keyHash: Buffer): boolean;
  handle(request: IncomingMessage, response: ServerResponse, body: object | undefined): Promise<void>;
  close(): Promise<void>;
}

export interface SessionOptions {
  userId: string;
  /** The hash of the caller's key. */
  keyHash: Buffer;
  server: McpServer;
  /** A request has been answered, or a stream has ended. */
  onAnswered(): void;
  /** It is over: the caller ended it, or `close` was called. */
  onClose(): void;
}

export async function openSession({
  userId,
  keyHash,
  server,
  onAnswered,
  onClose,
}: SessionOptions): Promise<McpSession> {
  const id = randomUUID();
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => id });
  transport.onclose = onClose;
  // The transport's types are older than exactOptionalPropertyTypes.
  await server.connect(transport as Parameters<McpServer['connect']>[0]);
  let open = 0;

  return {
    id,
    userId,
    get hasBegun() {
      return transport.sessionId !== undefined;
    },
    get open() {
      return open;
    },
    belongsTo: (given) => timingSafeEqual(given, keyHash),
    async handle(request, response, body) {
      // The caller left while the gateway was asked, so the response has already closed.
      if (response.destroyed) return;
      open += 1;
      const message = JSONRPCMessageSchema.safeParse(body).data;
      response.once('close', () => {
        open -= 1;
        if (!response.writableFinished) cancelCall(transport, message);
        onAnswered();
      });
      await transport.handleRequest(request, response, body);
      // A cancelled call has no answer that would end its stream.
      const cancelled = cancelledBy(message);
      if (cancelled !== undefined) transport.closeSSEStream(cancelled);
    },
    close: () => server.close(),
  };
}

/** There is no way to get an answer after its connection has closed: the caller has given up. */
function cancelCall(transport: StreamableHTTPServerTransport, message: JSONRPCMessage | undefined): void {
  if (!isJSONRPCRequest(message)) return;
  transport.onmessage?.({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: message.id, reason: 'the connection of the call was closed' },
  });
}

function cancelledBy(message: JSONRPCMessage | undefined): string | number | undefined {
  if (!isJSONRPCNotification(message) || message.method !== 'notifications/cancelled') return undefined;
  const requestId = message.params?.requestId;
  return typeof requestId === 'string' || typeof requestId === 'number' ? requestId : undefined;
}
