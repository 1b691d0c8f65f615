import { Webhook } from 'standardwebhooks';

export interface Signed {
  /** The message's id. */
  id: string;
  body: string;
  /** One, or two while one takes the place of the other. */
  secrets: readonly string[];
  at: Date;
}

/** The headers of a message, as Standard Webhooks has them: one signature for each secret. */
export const signedHeaders = ({ id, body, secrets, at }: Signed) => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
});
