import type { Flow } from '#shared/flow/flow.ts';
import { createRedactor, redactStep } from '#shared/flow/redact.ts';
import type { StepDescriber } from '#shared/run/events.ts';
import type { BrowserHold } from './browser-hold.ts';

/** Longer texts of a step are cut in events; the plan has them whole. */
const LONGEST_TEXT = 2_000;

/** How the steps of a flow look in events: without fill values, wherever those occur (I10), and of bounded size. */
export function describeSteps(flow: Flow, hold: Pick<BrowserHold, 'outcome'>): StepDescriber {
  const redact = createRedactor(flow);
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value, LONGEST_TEXT);
    return Array.isArray(value) ? value.map(clean) : value;
  };
  return {
    step(index, phase) {
      const step = (phase === 'flow' ? flow.steps : flow.onCancel)?.[index];
      return step
        ? Object.fromEntries(Object.entries(redactStep(step)).map(([key, value]) => [key, clean(value)]))
        : {};
    },
    evidence(index, phase) {
      const { screenshotPath } = hold.outcome(index, phase) ?? {};
      return screenshotPath === undefined ? {} : { screenshotPath };
    },
  };
}
