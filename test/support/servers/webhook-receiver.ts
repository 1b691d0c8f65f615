/*
 * A receiver of webhooks that keeps what it is sent, and behaves as the test asks. Owns its port and connections. What it is
 * sent is checked with the reference library of Standard Webhooks.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { eventually, PATIENCE_MS } from '../eventually.ts';

export interface ReceivedMessage {
  id: string;
  type: string;
  /** Run of the message; undefined if it is about no run. */
  runId: string | undefined;
  status: string | undefined;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** How it was answered: whether it counts as arrived. */
  taken: boolean;
}

/** Answers; resolves to whether the receiver has taken the message. */
export type Behaviour = (response: ServerResponse, message: ReceivedMessage) => boolean | Promise<boolean>;

export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Everything it was sent, in its order. */
  readonly received: readonly ReceivedMessage[];
  /** What it has taken, each once. */
  taken(): ReceivedMessage[];
  behave(how: Behaviour): void;
  /** Waits until this holds of what it has received. */
  until(check: (receiver: WebhookReceiver) => void, timeoutMs?: number): Promise<void>;
}

export const accept: Behaviour = (response) => {
  response.writeHead(204).end();
  return true;
};
export const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, headers).end(`it is ${status}`);
    return false;
  };
/** Says 200, and breaks off in the middle of what it says. */
export const cutOff: Behaviour = (response) => {
  response.writeHead(200, { 'Content-Length': '1000' });
  response.write('all is we', () => response.destroy());
  return false;
};
/** Never answers. */
export const hang: Behaviour = () => false;

interface Message {
  type: string;
  data: { run?: { id: string; status: string } };
}

export async function startReceiver(port = 0): Promise<WebhookReceiver> {
  const received: ReceivedMessage[] = [];
  let behaviour = accept;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { type, data } = JSON.parse(body) as Message;
      const message: ReceivedMessage = {
        id: String(request.headers['webhook-id']),
        type,
        runId: data.run?.id,
        status: data.run?.status,
        path: request.url ?? '',
        headers: request.headers,
        body,
        taken: false,
      };
      received.push(message);
      message.taken = await behaviour(response, message);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;

  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${bound}/hook`,
    port: bound,
    received,
    taken() {
      const known = new Set<string>();
      return received.filter(({ id, taken }) => taken && !known.has(id) && known.add(id));
    },
    behave(how) {
      behaviour = how;
    },
    until: (check, timeoutMs = 1.5 * PATIENCE_MS) => eventually(() => check(receiver), { timeoutMs }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}

/** Throws unless the message is signed with this secret, by the reference library. */
export const verified = (secret: string, { body, headers }: ReceivedMessage): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);
