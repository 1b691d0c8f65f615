import type { WebhookMessage } from '#shared/api/contract/webhooks/webhooks.ts';

/** A request that is not, or not certainly, a message of the webhook. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  /** `missing_header`, `wrong_time` (older or newer than `withinS`), `wrong_signature`, `not_json`. */
  readonly code: 'missing_header' | 'wrong_time' | 'wrong_signature' | 'not_json';

  constructor(code: WebhookError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface VerifyOptions {
  /** Secret of the webhook, `whsec_…`; while it is rotated, both may be given. */
  secret: string | readonly string[];
  /** How old or new a message may be, s (default 300), so that one that was overheard cannot be sent again later. */
  withinS?: number | undefined;
  /** Now, in ms since 1970. */
  now?: number | undefined;
}

/** Headers of `fetch`, or of Node's servers. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Checks that a request is a message of the webhook (Standard Webhooks), and returns it. `body`: the text as
 * received, not parsed and written again. Drop a `webhook-id` that came before: delivery is at least once.
 * @throws WebhookError
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  { secret, withinS = 300, now = Date.now() }: VerifyOptions,
): Promise<WebhookMessage> {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerOf(headers, name),
  ) as [string, string, string];
  const seconds = Number(timestamp);
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1_000 - seconds) > withinS)
    throw new WebhookError('wrong_time', `the message was signed at another time than now: ${timestamp}`);
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const secrets = typeof secret === 'string' ? [secret] : secret;
  for (const one of secrets) if (await isSignedBy(one, signatures, signed)) return parsed(text);
  throw new WebhookError('wrong_signature', 'the message is not signed with this secret');
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = typeof headers.get === 'function' ? headers.get(name) : plainHeader(headers, name);
  if (!value) throw new WebhookError('missing_header', `the request has no ${name}`);
  return value;
}

function plainHeader(headers: object, name: string): string | undefined {
  const found = Object.entries(headers).find(([given]) => given.toLowerCase() === name)?.[1] as unknown;
  return typeof found === 'string' ? found : undefined;
}

/** The comparison takes the same time however much of a signature is right. */
async function isSignedBy(
  secret: string,
  signatures: string,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const bytes = bytesOf(secret.replace(/^whsec_/, ''));
  if (bytes === undefined) throw new TypeError('the secret of a webhook is whsec_ and base64');
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
  for (const one of signatures.split(' ')) {
    const [version, text = ''] = one.split(',');
    const signature = version === 'v1' ? bytesOf(text) : undefined;
    if (signature && (await crypto.subtle.verify(algorithm, key, signature, signed))) return true;
  }
  return false;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function parsed(text: string): WebhookMessage {
  try {
    return JSON.parse(text) as WebhookMessage;
  } catch {
    throw new WebhookError('not_json', 'the message is no JSON');
  }
}
