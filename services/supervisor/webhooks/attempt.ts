/* One attempt to deliver: signs, sends, judges the answer, and stores what became of it. */

import type { Sql } from '#shared/adapters/database/sql.ts';
import type { TakenDelivery } from '#shared/adapters/database/webhooks/due.ts';
import {
  type AfterFailure,
  type Attempt,
  giveBack,
  type RetryRules,
  storeDelivered,
  storeFailure,
} from '#shared/adapters/database/webhooks/outcome.ts';
import type { WebhookMessage } from '#shared/api/contract/webhooks/webhooks.ts';
import { type LinkTo, webhookMessage } from '#shared/api/webhooks/message.ts';
import { signedHeaders } from '#shared/api/webhooks/sign.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { VERSION } from '#shared/platform/process/version.ts';
import { placeOfRun } from '#shared/platform/traces/run-trace.ts';
import { beginSpan, type TraceSpan } from '#shared/platform/traces/spans.ts';
import { post, type ReceiverAnswer, type WaysOut } from './post.ts';
import { pauseOf } from './retry-after.ts';
import { Unanswered, type WhyFailed, whyOfAnswer } from './why-failed.ts';

export interface AttemptDeps {
  sql: Sql;
  out: WaysOut;
  /** Makes the links that answer a question; undefined: there are none. */
  linkTo?: (() => Promise<LinkTo>) | undefined;
  rules: RetryRules;
  /** How long an attempt may take, ms. */
  timeoutMs: number;
  /** Once aborted, attempts are broken off and left to the next leader. */
  leaving: AbortSignal;
}

const LONGEST_RESPONSE = 1_000;

/** What became of it, if it failed. Rejects if that could not be stored: then it is tried once more. */
export async function attemptDelivery(
  deps: AttemptDeps,
  delivery: TakenDelivery,
): Promise<AfterFailure | undefined> {
  const { sql, timeoutMs, leaving, rules } = deps;
  const tooLong = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([tooLong, leaving]);
  const startedAt = new Date();
  const since = performance.now();
  const span = spanOf(delivery);
  const linkTo = delivery.answerLinks ? await deps.linkTo?.() : undefined;
  const message = webhookMessage(delivery, linkTo);
  const sending = { message, at: startedAt, signal, traceparent: span.traceparent };
  const answered = await send(delivery, sending, deps.out);
  const ms = performance.now() - since;
  if ('error' in answered && leaving.aborted && !tooLong.aborted) {
    span.end({ error: 'broken_off' });
    await giveBack(sql, delivery);
    return undefined;
  }
  const made: Attempt = {
    delivery,
    ms,
    status: 'status' in answered ? answered.status : undefined,
  };
  const asked = 'status' in answered ? pauseOf(answered, Date.now()) : undefined;
  const pause = { askedMs: asked || undefined, mostMs: rules.maxMs };
  const why = whyFailed(answered, { pause, timeoutMs, isTooLong: tooLong.aborted });
  const result = resultOf(answered, why);
  const code = why === undefined ? undefined : (made.status ?? result);
  span.end({
    attributes: made.status === undefined ? {} : { 'http.response.status_code': made.status },
    error: code === undefined ? undefined : String(code),
  });
  METRICS.webhooks.record(ms, { 'ghostly.webhook.result': result });
  if (why === undefined) {
    await storeDelivered(sql, made);
    return undefined;
  }
  const response = 'body' in answered ? answered.body.slice(0, LONGEST_RESPONSE) : undefined;
  const failed = { ...made, error: why.text, errorCode: why.code, response };
  const pauseMs = asked ? Math.min(asked, rules.maxMs) : undefined;
  return storeFailure(sql, { ...failed, pauseMs, gone: made.status === GONE }, rules);
}

const GONE = 410;

type Answered = ReceiverAnswer | { error: unknown };

/** A span in the trace of the run, where that is in one. */
function spanOf({ runId, facts: { traceparent }, attempts }: TakenDelivery): TraceSpan {
  const isTraced = runId !== null && typeof traceparent === 'string';
  return beginSpan('POST', {
    parent: isTraced ? placeOfRun({ runId, traceparent }) : undefined,
    role: 'client',
    attributes: {
      'http.request.method': 'POST',
      'http.request.resend_count': attempts - 1,
      'ghostly.request': 'webhook',
    },
  });
}

interface Sending {
  message: WebhookMessage;
  at: Date;
  signal: AbortSignal;
  traceparent: string | undefined;
}

function send(
  delivery: TakenDelivery,
  { message, at, signal, traceparent }: Sending,
  out: WaysOut,
): Promise<Answered> {
  const { url, userId, secrets } = delivery;
  const body = JSON.stringify(message);
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': `Ghostly/${VERSION}`,
    ...signedHeaders({ id: delivery.messageId, body, secrets, at }),
    ...(traceparent !== undefined && { traceparent }),
  };
  return post({ userId, url, headers, body, signal }, out).catch((error: unknown) => ({ error }));
}

interface Circumstances {
  pause: { askedMs: number | undefined; mostMs: number };
  timeoutMs: number;
  isTooLong: boolean;
}

/** Undefined: it has arrived. */
function whyFailed(
  answered: Answered,
  { pause, timeoutMs, isTooLong }: Circumstances,
): WhyFailed | undefined {
  if ('status' in answered) return whyOfAnswer(answered.status, pause.askedMs, pause.mostMs);
  if (isTooLong) return { code: 'no_answer', text: `no answer within ${timeoutMs / 1_000} s` };
  const { error } = answered;
  return (error instanceof Unanswered ? error : new Unanswered(error)).why;
}

function resultOf(answered: Answered, why: WhyFailed | undefined) {
  if (why === undefined) return 'delivered';
  return 'status' in answered ? 'refused' : 'unreachable';
}
