/* Why an attempt to deliver failed: a stable code, and the same as a sentence. */
import { NotConnected } from '#shared/adapters/egress/outgoing.ts';
import type { WebhookFailure } from '#shared/api/contract/webhooks/webhook-failures.ts';

export interface WhyFailed {
  code: WebhookFailure;
  text: string;
}

/** What went wrong before there was a whole answer. */
export class Unanswered extends Error {
  readonly why: WhyFailed;

  constructor(cause: unknown) {
    const why = whyOf(cause);
    super(why.text, { cause });
    this.why = why;
  }
}

/** Undefined: the message has arrived. `askedMs`: for how long the answer asks to be left alone; `mostMs`: and is at most. */
export function whyOfAnswer(
  status: number,
  askedMs: number | undefined,
  mostMs: number,
): WhyFailed | undefined {
  if (status >= 200 && status < 300) return undefined;
  const text = `the answer was ${status}`;
  if (status >= 300 && status < 400)
    return { code: 'redirected', text: `${text}, and redirects are not followed` };
  if (askedMs === undefined) return { code: 'answered', text };
  const seconds = Math.ceil(Math.min(askedMs, mostMs) / 1_000);
  const pause = askedMs > mostMs ? `more than ${seconds} s, the longest that is made` : `${seconds} s`;
  return { code: 'asked_to_wait', text: `${text}, which asks for a pause of ${pause}` };
}

type Rule = [codes: RegExp, code: WebhookFailure, text: string];
/** What Node appends for its operator. */
const ADVICE = /; if the root CA is installed locally.*/;
/** Codes of Node, OpenSSL and the HTTP parser. A text that ends in `…` is followed by what they say. */
const RULES: readonly Rule[] = [
  [/^ECONNREFUSED$/, 'connection_refused', 'the connection was refused'],
  [/^(ECONNRESET|EPIPE)$/, 'connection_lost', 'the connection broke off'],
  [/^ENOTFOUND$/, 'name_unknown', 'its name is not known'],
  [/^EAI_\w+$/, 'name_not_looked_up', 'its name could not be looked up'],
  [/^(ETIMEDOUT|ABORT_ERR)$/, 'no_connection', 'no connection in time'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'unreachable', 'no network leads to its address'],
  [/^CERT_HAS_EXPIRED$/, 'certificate_expired', 'its certificate has expired'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'certificate_of_another', 'its certificate is for another name'],
  [
    /^(DEPTH_ZERO_)?SELF_SIGNED_CERT|^UNABLE_TO_|^CERT_|^INVALID_CA$/,
    'certificate_not_trusted',
    'its certificate is not trusted here…',
  ],
  [/^(EPROTO$|ERR_SSL_|ERR_TLS_)/, 'no_tls', 'no TLS connection could be made…'],
  [/^CUT_OFF$/, 'answer_cut_off', 'the answer broke off'],
  [/^HPE_/, 'not_http', 'the answer was no HTTP'],
];

function whyOf(error: unknown): WhyFailed {
  if (error instanceof NotConnected && error.failure.refused)
    return { code: error.refusedName ? 'name_not_allowed' : 'not_allowed', text: error.failure.text };
  const first = causeOf(error);
  const code = first instanceof Error && 'code' in first ? String(first.code) : '';
  const message = first instanceof Error ? first.message : String(first);
  const rule = RULES.find(([codes]) => codes.test(code));
  if (rule) return { code: rule[1], text: rule[2].replace('…', ` (${message.replace(ADVICE, '')})`) };
  return { code: 'other', text: message || code };
}

function causeOf(error: unknown): unknown {
  if (error instanceof AggregateError) return causeOf(error.errors[0]);
  return error instanceof NotConnected ? causeOf(error.cause) : error;
}
