import type { WebhookMessage, WebhookRun, WebhookType } from '#shared/api/contract/webhooks/webhooks.ts';
import { outcomeOf } from '#shared/domain/run/outcome.ts';
import type { LinkedQuestion } from '#shared/platform/seal/answer-links.ts';

/** A delivery as it is stored: what happened, when, and what was so then. */
export interface StoredMessage {
  type: string;
  at: Date;
  facts: Record<string, unknown>;
  /** Results of the run, which are stored with their steps. */
  results?: Record<string, unknown> | null;
  /** Whether the project allows links that answer its question. */
  answerLinks?: boolean | null;
}

/** The address of a page that answers a question. */
export type LinkTo = (question: LinkedQuestion) => string;

/** Facts of a run that the trigger `note_webhooks` keeps: absent rather than null, times as texts. */
type RunFacts = Omit<WebhookRun, 'durationMs' | 'cancel' | 'outcome' | 'results'> & {
  finishedAt?: string;
  attempt: number;
  runnerLabels: string[];
  cancelled: boolean;
  stale: boolean;
  cancelRequestedAt?: string;
  cancelBy?: NonNullable<WebhookRun['cancel']>['source'];
  cancelMode?: NonNullable<WebhookRun['cancel']>['mode'];
  cancelReason?: string;
  /** The trace of the run: sent as a header. */
  traceparent?: string;
};

/** Facts of an occurrence that the trigger `note_schedule_skipped` keeps, with those of its schedule. */
type SkippedFacts = SkippedData['schedule'] & SkippedData['occurrence'];
type SkippedData = Extract<WebhookMessage, { type: 'schedule.skipped' }>['data'];

/** The message of a delivery: the same each time it is sent. */
export function webhookMessage(
  { type, at, facts, results, answerLinks }: StoredMessage,
  linkTo?: LinkTo,
): WebhookMessage {
  const envelope = { type, version: 1, timestamp: at.toISOString() };
  const data = () => {
    if (type === 'ping') return facts;
    if (type === 'schedule.paused') return { schedule: facts };
    if (type === 'schedule.skipped') return skippedOf(facts as unknown as SkippedFacts);
    const run = runOf(facts as unknown as RunFacts, answerLinks ? linkTo : undefined);
    return { run: { ...run, ...(results && { results }) } };
  };
  return { ...envelope, data: data() } as WebhookMessage & { type: WebhookType };
}

const skippedOf = ({ name, project, nominalAt, ...occurrence }: SkippedFacts) => ({
  schedule: { name, project },
  occurrence: { nominalAt: isoTime(nominalAt), ...occurrence },
});

function runOf(facts: RunFacts, linkTo: LinkTo | undefined): WebhookRun {
  const { startedAt, finishedAt, attempt, runnerLabels, cancelled, stale, traceparent: _, ...rest } = facts;
  const { cancelRequestedAt, cancelBy, cancelMode, cancelReason, question, ...given } = rest;
  const linked = ({ step, until }: NonNullable<typeof question>): LinkedQuestion => ({
    runId: given.id,
    attempt,
    step,
    until: Date.parse(until),
  });
  const isCancelled = cancelRequestedAt !== undefined || cancelled || stale;
  const outcome = outcomeOf({
    status: given.status,
    cancel: isCancelled ? { requestedAt: cancelRequestedAt } : undefined,
  });
  return {
    ...given,
    ...(question && { question: { ...question, ...(linkTo && { answerUrl: linkTo(linked(question)) }) } }),
    ...(outcome && { outcome }),
    startedAt: isoTime(startedAt),
    durationMs: finishedAt === undefined ? 0 : Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)),
    ...(attempt > 1 && { attempt }),
    ...(runnerLabels.length > 0 && { runnerLabels }),
    ...(isCancelled && {
      cancel: {
        ...(cancelRequestedAt !== undefined && { requestedAt: isoTime(cancelRequestedAt) }),
        source: cancelBy ?? 'supervisor',
        ...(cancelMode !== undefined && { mode: cancelMode }),
        ...(cancelReason !== undefined && { reason: cancelReason }),
        ...(stale && { stale }),
      },
    }),
  };
}

const isoTime = (text: string): string => new Date(text).toISOString();
