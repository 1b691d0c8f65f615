import { createHmac } from 'node:crypto';

export interface Signed {
  /** The message's id. */
  id: string;
  body: string;
  /** `whsec_…`: one, or two while one takes the place of the other. */
  secrets: readonly string[];
  at: Date;
}

/** The headers of a message, as Standard Webhooks has them: one signature for each secret. */
export function signedHeaders({ id, body, secrets, at }: Signed) {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signatureBy = (secret: string) =>
    `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map(signatureBy).join(' '),
  };
}

const keyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
