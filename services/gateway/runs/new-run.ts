/* The run that a validated start makes, as far as the start says it: without what its name and labels would show (I10). */
import type { NewRun } from '#shared/adapters/database/runs/store-run.ts';
import type { StartBody } from '#shared/api/contract/runs/start.ts';
import { LONGEST } from '#shared/api/limits.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { isExclusive, keyOfProfile } from '#shared/domain/flow/profile.ts';
import { createRedactor } from '#shared/domain/flow/redact.ts';
import { secretsOf } from '#shared/domain/flow/secrets.ts';
import type { Assisted } from '#shared/domain/flow/victory.ts';
import type { Budget } from '#shared/domain/run/budget.ts';
import { initialSnapshot } from '#shared/domain/run/snapshot.ts';
import type { GatewayConfig } from '../deps.ts';
import { assistedOf } from './assisted.ts';
import { newRunId } from './new-run-id.ts';
import { redactTexts } from './redact-texts.ts';
import { runInput } from './run-input.ts';

type RunDefaults = Pick<GatewayConfig, 'maxDurationMs' | 'queueTimeoutMs'> & { budget: Budget };

/** What decides about a run besides what its start says. */
interface Given extends RunDefaults {
  /** The step that it begins with. */
  begins: number | undefined;
  /** Where the start names no key. */
  concurrencyKey: string | undefined;
}

/** A new run of the flow, and how it is to be treated, as far as its request says it. */
export function runOf(
  body: SafeBody,
  { budget, begins, concurrencyKey: otherwise, ...config }: Given,
): Omit<NewRun, 'userId' | 'projectId'> {
  const { project: _, cancelPrevious, ...asked } = body;
  const { maxDurationMs, queueTimeoutMs, onRunnerLoss, concurrencyKey, runnerLabels, ...named } = asked;
  const { name, labels, assisted, shownAssisted, ...posted } = named;
  // Nothing but spaces names no context.
  const { contextId, ...rest } = posted;
  const { profile } = posted;
  const flow = contextId ? posted : rest;
  const maxima = [maxDurationMs, config.maxDurationMs];
  return {
    id: newRunId(),
    flow,
    snapshot: initialSnapshot(runInput(flow, { budget, maxDurationMs: maxima, begins })),
    queueTimeoutMs: queueTimeoutMs ?? config.queueTimeoutMs,
    onRunnerLoss,
    concurrencyKey:
      profile && isExclusive(profile) ? keyOfProfile(profile.name) : (concurrencyKey ?? otherwise),
    runnerLabels: runnerLabels && [...new Set(runnerLabels)],
    name: name || undefined,
    labels,
    assisted: shownAssisted,
    options: {
      maxDurationMs,
      queueTimeoutMs,
      onRunnerLoss,
      concurrencyKey,
      cancelPrevious,
      runnerLabels,
      name: name || undefined,
      labels,
      assisted,
    },
  };
}

interface SafeBody extends StartBody, Pick<Flow, 'login'> {
  /** What is shown of both `assisted` and `assist`. */
  shownAssisted?: Assisted;
}

/** Its name, its labels and what it is for are shown to everyone who may see the run (I10). */
export async function withoutSecrets(body: StartBody & Pick<Flow, 'login'>): Promise<SafeBody> {
  const { name, labels, assisted } = body;
  const asked = assistedOf(body);
  if (!name && !labels?.length && !asked) return body;
  const redact = createRedactor(secretsOf(body));
  return {
    ...body,
    ...(name && { name: await redact(name, LONGEST.name) }),
    ...(labels && { labels: await Promise.all(labels.map((label) => redact(label, LONGEST.label))) }),
    ...(assisted && { assisted: await redactTexts(assisted, redact) }),
    ...(asked && { shownAssisted: await redactTexts(asked, redact) }),
  };
}
