import { Agent, type IncomingMessage, request } from 'node:http';
import { PATIENCE_MS } from '../../../../support/eventually.ts';
import type { FuzzedRequest } from './request.ts';

export interface Answer {
  status: number;
  type: string;
  text: string;
}

/** Sends a request as it is, without the care that a fetch takes. Of a stream only its head is read. */
export async function fire(
  url: string,
  agent: Agent,
  { method, path, headers, body }: FuzzedRequest,
): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sending = request(
      { hostname, port, method, path, headers, agent, signal: AbortSignal.timeout(Math.ceil(PATIENCE_MS)) },
      resolve,
    ).on('error', reject);
    sending.end(body);
  });
  const type = response.headers['content-type'] ?? '';
  const status = response.statusCode ?? 0;
  if (type.startsWith('text/event-stream')) {
    response.destroy();
    return { status, type, text: '' };
  }
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status, type, text };
}

export const createAgent = (): Agent => new Agent({ keepAlive: true });
