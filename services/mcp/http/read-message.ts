import type { IncomingMessage } from 'node:http';
import { excessOf } from '#shared/platform/http/json-shape.ts';
import { Refusal } from './refusal.ts';

/** A message of a session, bytes: a flow is 1 MiB at most. */
const LARGEST = 2 * 1_048_576;

/**
 * The one message of a body. Its size, depth and number of values are bounded before it is parsed, and a list is refused
 * by its first character: parsing takes the time of all callers (I13).
 * @throws Refusal
 */
export async function readMessage(request: IncomingMessage): Promise<object> {
  const text = await readText(request);
  if (/^\s*\[/.test(text))
    throw new Refusal(400, 'One message at a time: a list of messages in one body is not taken.');
  const excess = excessOf(text);
  if (excess === 'values') throw new Refusal(413, 'The body has too many values.');
  if (excess === 'depth') throw new Refusal(400, 'The body is nested too deeply.');
  const message = parse(text);
  if (typeof message !== 'object' || message === null) throw new Refusal(400, 'The body is not a message.');
  return message;
}

async function readText(request: IncomingMessage): Promise<string> {
  const tooLarge = () => new Refusal(413, `The body has more than ${LARGEST} bytes.`);
  if (Number(request.headers['content-length']) > LARGEST) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > LARGEST) throw tooLarge();
      parts.push(part);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(400, 'The body was cut off.');
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The body is not JSON.');
  }
}
