import type { IncomingMessage } from 'node:http';

/** Of a request, bytes: a flow is 1 MiB at most. */
const LARGEST = 2 * 1_048_576;

/** The body of a request that cannot be taken. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly code = 'body';
  readonly status: 400 | 413;

  constructor(status: BodyError['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** The body as JSON. @throws BodyError */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST) throw new BodyError(413, `the body has more than ${LARGEST} bytes`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new BodyError(400, 'the body is not JSON');
  }
}
