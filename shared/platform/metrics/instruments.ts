/*
 * What a process counts and times, by OpenTelemetry's interface and its conventions for names. Counters are at 0 from
 * the start. No attribute holds an id, a URL or a text (docs/decisions/metrics.md). Owns no figures: `provider.ts`
 * does.
 */
import { CANCEL_MODES } from '#shared/domain/run/status.ts';
import { BROKEN, STOP_REASONS } from '#shared/domain/run/stop-reason.ts';
import { counter, duration, each, gauge, type None, ONE } from './kinds.ts';
import { resultOf } from './result.ts';

/**
 * `delivery`: until the machine has it; `interruption`: until the call that was under way has returned; `context_close`: until
 * the browser context is closed; `total`: from the recorded request to the final commit.
 */
const CANCEL_HOPS = ['delivery', 'interruption', 'context_close', 'total'] as const;
export type CancelHop = (typeof CANCEL_HOPS)[number];

/** The attributes of the end of a run; `stopReason`: as the API tells it, undefined if it passed. */
export const endLabelsOf = (stopReason: string | undefined) => ({
  'cicd.pipeline.result': resultOf(stopReason),
  'ghostly.run.stop_reason': stopReason ?? '',
});

/** One for each loop of retention, so that none hides the failure of another. `runs`: with their artifacts. */
const RETENTION_KINDS = [
  ...(['runs', 'runners', 'missing_leases', 'leases', 'turns', 'idempotency_keys', 'bulk_cancels'] as const),
  ...(['artifact_bytes', 'deliveries', 'orphan_deliveries', 'unread_webhooks', 'invitations'] as const),
  ...(['totp_uses', 'flows', 'occurrences', 'batches'] as const),
] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

/** The attributes of a turn of retention. */
export const turnOf = (kind: RetentionKind, result: 'done' | 'failed') => ({
  'ghostly.retention.kind': kind,
  'ghostly.retention.result': result,
});

/** Each is counted by the process that knows. */
export const METRICS = {
  /** Gateway. */
  requests: duration<{
    'http.request.method': string;
    /** Path of the contract; empty if no endpoint has it. */
    'http.route': string;
    'http.response.status_code': number;
  }>('http.server.request.duration', {
    of: ['gateway'],
    description: 'Answers of the gateway, from a request’s headers to its end. Not those of event streams.',
  }),
  accepted: counter(
    'ghostly.run.accepted',
    { of: ['gateway'], description: 'Runs that were accepted.', unit: '{run}' },
    ONE,
  ),
  cancelRequests: counter(
    'ghostly.cancel.requested',
    {
      of: ['gateway'],
      description: 'Single cancels that were answered with 200, repeats too.',
      unit: '{request}',
    },
    each('ghostly.cancel.mode', CANCEL_MODES),
  ),

  /** Runner. */
  claims: duration(
    'ghostly.claim.duration',
    { of: ['runner'], description: 'Claims, which take up to 16 runs each.' },
    each('ghostly.claim.found', ['some', 'none']),
  ),
  claimed: counter(
    'ghostly.run.claimed',
    { of: ['runner'], description: 'Runs that were claimed.', unit: '{run}' },
    ONE,
  ),
  queued: duration<None>(
    'ghostly.run.queued.duration',
    { of: ['runner'], description: 'From the acceptance of a run to its claim.' },
    ONE,
  ),
  steps: duration<{ 'ghostly.step.action': string; 'ghostly.step.result': 'ok' | 'failed' | 'interrupted' }>(
    'cicd.pipeline.task.run.duration',
    {
      of: ['runner'],
      description: 'Steps of flows, from their beginning to their end, by the machine.',
    },
  ),
  cancelHops: duration(
    'ghostly.cancel.hop.duration',
    {
      of: ['runner', 'supervisor'],
      description:
        'The hops on the way of a cancel, each from the one before; `total` from the recorded request to the final commit.',
    },
    each('ghostly.cancel.hop', CANCEL_HOPS),
  ),
  fenced: counter(
    'ghostly.run.fenced',
    {
      of: ['runner'],
      description:
        'Runs whose browser a runner stopped because they were, or might be, no longer its own, or could not go on.',
      unit: '{run}',
    },
    ONE,
  ),
  launches: counter(
    'ghostly.browser.launched',
    { of: ['runner'], description: 'Browsers that were started, or failed to.', unit: '{browser}' },
    each('ghostly.browser.result', ['started', 'failed']),
  ),
  kills: counter(
    'ghostly.browser.killed',
    { of: ['runner'], description: 'Browsers that were killed.', unit: '{browser}' },
    ONE,
  ),
  artifactsRefused: counter(
    'ghostly.artifact.refused',
    {
      of: ['runner'],
      description: 'Artifacts that were given up because the object store went on refusing them.',
      unit: '{artifact}',
    },
    ONE,
  ),

  /** Runner and supervisor, each for the runs that it ends. */
  ended: duration(
    'cicd.pipeline.run.duration',
    {
      of: ['runner', 'supervisor'],
      description: 'Runs that have ended, from their acceptance to their end.',
    },
    [undefined, ...STOP_REASONS, BROKEN].map(endLabelsOf),
  ),

  /** Supervisor. */
  sweeps: duration(
    'ghostly.sweep.duration',
    { of: ['supervisor'], description: 'Sweeps, which look for runs without a live actor.' },
    each('ghostly.sweep.result', ['done', 'failed']),
  ),
  stale: counter(
    'ghostly.run.stale',
    {
      of: ['supervisor'],
      description: 'Runs whose runner was lost, and which were ended or went back into the queue.',
      unit: '{run}',
    },
    each('ghostly.stale.result', ['ended', 'requeued', 'waiting']),
  ),
  retention: counter(
    'ghostly.retention.turns',
    {
      of: ['supervisor'],
      description:
        'Turns of retention, which delete what is past its time, each of one kind. One fails if something is left.',
      unit: '{turn}',
    },
    RETENTION_KINDS.flatMap((kind) =>
      ['done' as const, 'failed' as const].map((result) => turnOf(kind, result)),
    ),
  ),
  webhooks: duration(
    'ghostly.webhook.attempt.duration',
    {
      of: ['supervisor'],
      description:
        'Attempts to deliver a message to a webhook, from the connection to the end of the answer.',
    },
    each('ghostly.webhook.result', ['delivered', 'refused', 'unreachable']),
  ),
} as const;

/** Each is given its reader once, after the process has started. */
export const GAUGES = {
  /** All. */
  reach: gauge('ghostly.dependency.up', {
    description: '1 if this process reaches what it needs, as `/ready` tells it; else 0.',
    unit: '1',
  }),
  /** Gateway. */
  watchers: gauge('ghostly.stream.watchers', {
    description: 'Open event streams, and answers that wait for a run’s end.',
    unit: '{stream}',
  }),
  /** Runner. */
  slots: gauge('ghostly.runner.slots', { description: 'Slots for runs, busy and free.', unit: '{slot}' }),
  browsers: gauge('ghostly.browser.open', { description: 'Browsers that are open.', unit: '{browser}' }),
  artifactsWaiting: gauge('ghostly.artifact.refused.waiting', {
    description:
      'Artifacts that the object store has refused, and that wait on the runner’s disk to be sent again.',
    unit: '{artifact}',
  }),
  /** Supervisor. */
  leading: gauge('ghostly.supervisor.leading', {
    description: '1 on the supervisor that leads, else 0.',
    unit: '1',
  }),
  active: gauge('cicd.pipeline.run.active', {
    description:
      'Runs that are not final: queued (`pending`, counted up to 10,000), on a runner (`executing`), being cancelled (`finalizing`). Of the supervisor that leads.',
    unit: '{run}',
  }),
  parked: gauge('ghostly.run.parked', {
    description:
      'Runs that wait for a person without a runner, counted up to 10,000. Of the supervisor that leads.',
    unit: '{run}',
  }),
  queueAge: gauge('ghostly.queue.age', {
    description:
      'How long the oldest queued run has waited, by what it waits for, 0 without one. Of the supervisor that leads.',
    unit: 's',
  }),
  webhookPending: gauge('ghostly.webhook.pending', {
    description:
      'Messages that webhooks have yet to be sent, counted up to 10,000. Of the supervisor that leads.',
    unit: '{message}',
  }),
  webhookAge: gauge('ghostly.webhook.age', {
    description:
      'For how long the longest due of them could have been sent, 0 if none is due. Of the supervisor that leads.',
    unit: 's',
  }),
  webhooksDisabled: gauge('ghostly.webhook.disabled', {
    description:
      'Webhooks that were disabled because they failed for long, or answered 410. Of the supervisor that leads.',
    unit: '{webhook}',
  }),
} as const;
