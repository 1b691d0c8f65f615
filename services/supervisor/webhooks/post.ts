/*
 * One HTTP request to a receiver. It goes to an address that the egress policy allows (I15), follows no redirect, and reads
 * no more of an answer than a bound.
 */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Lookup } from '#shared/adapters/egress/names.ts';
import type { OuterProxies } from '#shared/adapters/egress/outer-proxy.ts';
import { connectOut } from '#shared/adapters/egress/outgoing.ts';
import { targetOf } from '#shared/adapters/egress/target.ts';
import { isAddress } from '#shared/platform/config/egress/address.ts';
import type { EgressPolicy } from '#shared/platform/config/egress/policy.ts';
import { Unanswered } from './why-failed.ts';

export interface WaysOut {
  policy: EgressPolicy;
  outer: OuterProxies;
  /** Lookups of one user's webhooks, so that slow names of one do not delay another's. */
  lookupFor(userId: string): Lookup;
}

export interface Post {
  /** The user for whom it is posted. */
  userId: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** When it takes too long, or the supervisor leaves. */
  signal: AbortSignal;
}

export interface ReceiverAnswer {
  status: number;
  /** The header. */
  retryAfter: string | undefined;
  /** Its beginning. */
  body: string;
}

/** So much of an answer is read; what is longer has been long enough. */
const MOST_BYTES = 16_384;

/** @throws Unanswered, or the reason of the signal */
export async function post(
  { userId, url, headers, body, signal }: Post,
  out: WaysOut,
): Promise<ReceiverAnswer> {
  const target = new URL(url);
  const channel = await open(target, { ...out, lookup: out.lookupFor(userId) }, signal);
  try {
    const sent = request({
      method: 'POST',
      path: target.pathname + target.search,
      headers: {
        ...headers,
        Host: target.host,
        'Content-Length': String(Buffer.byteLength(body)),
        Connection: 'close',
      },
      createConnection: () => channel,
      signal,
    });
    sent.end(body);
    const [response] = (await once(sent, 'response', { signal })) as [IncomingMessage];
    const { statusCode: status = 0 } = response;
    return { status, retryAfter: response.headers['retry-after'], body: await readStart(response, signal) };
  } catch (error) {
    throw signal.aborted ? signal.reason : new Unanswered(error);
  } finally {
    channel.destroy();
  }
}

async function open(
  target: URL,
  { policy, outer, lookup }: Pick<WaysOut, 'policy' | 'outer'> & { lookup: Lookup },
  signal: AbortSignal,
): Promise<Socket> {
  const { host, port } = targetOf(target);
  const connecting = connectOut({ host, port }, { policy, outer, lookup, isOwnPort: () => false });
  const socket = await unless(signal, connecting).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : new Unanswered(error);
  });
  socket.on('error', () => undefined); // its user hears of it
  if (target.protocol !== 'https:') return socket;
  const secured = connectTls({ socket, ...(isAddress(host) ? { host } : { servername: host }) });
  try {
    await once(secured, 'secureConnect', { signal });
    secured.on('error', () => undefined);
    return secured;
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? signal.reason : new Unanswered(error);
  }
}

/** A connection that comes too late is closed. */
async function unless(signal: AbortSignal, connecting: Promise<Socket>): Promise<Socket> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const give = () => reject(signal.reason);
  if (signal.aborted) give();
  signal.addEventListener('abort', give, { once: true });
  try {
    return await Promise.race([connecting, aborted]);
  } catch (error) {
    connecting.then(
      (socket) => socket.destroy(),
      () => undefined,
    );
    throw error;
  } finally {
    signal.removeEventListener('abort', give);
  }
}

/** An answer that breaks off before its end is none. */
async function readStart(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MOST_BYTES) return Buffer.concat(chunks).toString('utf8');
  }
  if (!response.complete) throw Object.assign(new Error('the answer broke off'), { code: 'CUT_OFF' });
  return Buffer.concat(chunks).toString('utf8');
}
