/* Requests to an MCP server over HTTP as neither a browser nor the protocol's own client would send them. */
import { request } from 'node:http';

export interface Sent {
  headers: Record<string, string>;
  body?: unknown;
  method?: string;
  path?: string;
}

export interface Received {
  status: number;
  text: string;
  /** The session that has begun. */
  session: string;
}

/** Resolves once the answer has ended. */
export function sendTo(
  url: string,
  { headers, body, method = 'POST', path = '/mcp' }: Sent,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString('utf8'),
          session: String(response.headers['mcp-session-id']),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** The status of the answer to a request whose body has begun, and does not come to its end. */
export function begin(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', headers: { ...headers, 'content-length': '1000' } },
      (response) => {
        resolve(response.statusCode ?? 0);
        sent.destroy();
      },
    );
    sent.on('error', reject);
    sent.write('{');
  });
}

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

export const headersOf = (apiKey: string, more: Record<string, string> = {}) => ({
  authorization: `Bearer ${apiKey}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  ...more,
});
