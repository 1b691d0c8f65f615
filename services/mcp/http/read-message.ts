import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** Of a request, bytes: a flow is 1 MiB at most. */
const LARGEST = 2 * 1_048_576;

/** The body as JSON. @throws Refusal */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > LARGEST) throw new Refusal(413, `The body has more than ${LARGEST} bytes.`);
      parts.push(part);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(400, 'The body was cut off.');
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new Refusal(400, 'The body is not JSON.');
  }
}
