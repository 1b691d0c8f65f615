import { eventsBetween } from '#shared/domain/events/between.ts';
import type { NewEvent } from '#shared/domain/events/events.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { budgetOf } from '#shared/domain/run/budget.ts';
import { initialSnapshot, type RunSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import type { RunSecrets } from '../../../../services/runner/browser/vault/run-secrets.ts';
import type { RunVault } from '../../../../services/runner/browser/vault/run-vault.ts';
import { provideEffects } from '../../../../services/runner/run/effects/effects.ts';
import { holdFlow } from '../../../../services/runner/run/hold-flow.ts';
import { LiveMachine, type LiveMachineOptions } from '../../../../services/runner/run/live-machine.ts';
import type { RunAnswers } from '../../../../services/runner/run/person/answers.ts';
import type { RunPauses } from '../../../../services/runner/run/person/pauses.ts';
import type { BrowserBench } from './fixture.ts';
import { vaultWithoutKeys } from './vault-without-keys.ts';

interface MachineOptions {
  graceMs?: number;
  /** How long the context may take to close. */
  closeMs?: number;
  artifacts?: NonNullable<Parameters<BrowserBench['open']>[1]>['artifacts'];
  onMove?: LiveMachineOptions['onMove'];
  answers?: RunAnswers;
  pauses?: RunPauses;
  /** One without keys by default. */
  vaultOf?: (secrets: RunSecrets) => RunVault;
}

export const NO_ANSWERS: RunAnswers = {
  answerTo: async () => false,
  forget: () => undefined,
  valueOf: () => undefined,
  of: () => undefined,
  given: {},
  carry: () => undefined,
};

/** Nobody lets it go on. */
const NO_PAUSES: RunPauses = { endOf: async () => undefined, of: () => undefined };

/** Runs a flow by its machine, with a browser and without a database: each checkpoint is passed at once. */
export function startMachine(bench: BrowserBench, flow: Flow, options: MachineOptions = {}) {
  const { graceMs = 2_500, closeMs = 10_000, artifacts, onMove, pauses = NO_PAUSES } = options;
  const { vaultOf = (secrets) => vaultWithoutKeys(flow, { secrets }) } = options;
  const { hold, answers, describe } = holdFlow({
    flow,
    beginning: undefined,
    now: Date.now,
    vaultOf,
    answersOf: () => options.answers ?? NO_ANSWERS,
    pauses,
    openBrowser: ({ vault }) => bench.open(flow, { vault, ...(artifacts && { artifacts }) }),
  });
  const ended = Promise.withResolvers<RunSnapshot>();
  const states: string[] = [];
  const events: NewEvent[] = [];
  const live = new LiveMachine({
    machine: provideEffects({
      hold,
      answers,
      pauses,
      parking: undefined,
      leaving: new Promise(() => undefined),
      editSteps: () => Promise.reject(new Error('nobody edits its steps')),
      closeMs,
      now: Date.now,
      checkpoint: async () => undefined,
      isLost: () => false,
      isForced: () => live.forced,
    }),
    snapshot: initialSnapshot({
      stepTimeouts: flow.steps.map(({ timeoutMs }) => timeoutMs ?? flow.defaultTimeoutMs),
      atomicSteps: flow.steps.flatMap(({ atomic }, index) => (atomic ? [index] : [])),
      cleanupSteps: flow.onCancel?.length,
      questions: Object.fromEntries(
        flow.steps.flatMap((step, n) => (step.action === 'ask' ? [[n, { timeoutMs: step.timeoutMs }]] : [])),
      ),
      budget: budgetOf({ graceMs, leaseMs: 10_000 }),
    }),
    now: Date.now,
    onMove(before, after, cause) {
      if (stateOf(after) !== states.at(-1)) states.push(stateOf(after));
      events.push(...eventsBetween(before, after, describe, cause));
      onMove?.(before, after, cause);
      if (after.status === 'done') ended.resolve(after);
    },
    onError: ended.reject,
  });
  live.start();
  return { hold, live, states, events, ended: ended.promise };
}
