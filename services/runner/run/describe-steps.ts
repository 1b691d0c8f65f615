import type { Flow } from '#shared/flow/flow.ts';
import { createRedactor, redactStep } from '#shared/flow/redact.ts';
import type { StepDescriber } from '#shared/run/events.ts';
import type { BrowserHold } from './browser-hold.ts';

/** Longer texts of a step are cut in events, and say so; the plan has them whole. UTF-16 units. */
const LONGEST_TEXT = 2_000;
/** The texts of a list together: an event stays far from the largest message of NATS, 1 MiB. */
const LONGEST_LIST = 20_000;

/** How the steps of a flow look in events: without fill values, wherever those occur (I10), and of bounded size. */
export function describeSteps(flow: Flow, hold: Pick<BrowserHold, 'outcome'>): StepDescriber {
  const redact = createRedactor(flow);
  const cleanText = (text: string): string => {
    const shown = redact(text, LONGEST_TEXT);
    return text.length > LONGEST_TEXT ? `${shown}… (truncated: ${text.length} characters)` : shown;
  };
  const cleanList = (values: unknown[]): unknown[] => {
    const shown: unknown[] = [];
    let size = 0;
    for (const value of values) {
      const cleaned = clean(value);
      size += String(cleaned).length;
      if (size > LONGEST_LIST) return [...shown, `… (truncated: ${values.length} values)`];
      shown.push(cleaned);
    }
    return shown;
  };
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return cleanText(value);
    return Array.isArray(value) ? cleanList(value) : value;
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
