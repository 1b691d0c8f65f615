import type { StepDescriber } from '#shared/domain/events/describer.ts';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { type Redactor, redactStep } from '#shared/domain/flow/redact.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { PerformedStep } from '../browser/page/perform.ts';
import type { BrowserHold } from './browser-hold.ts';

/** Longer texts of a step are cut in events and marked; the plan has them in full. UTF-16 units. */
const LONGEST_TEXT = 2_000;
/** The texts of a list together: an event stays far from the largest message of NATS, 1 MiB. */
const LONGEST_LIST = 20_000;

/** Longest accessibility tree in an event, which every watcher gets for every step. UTF-16 units. */
const LONGEST_TREE = 4_000;

export type DescribedSteps = Record<StepPhase, EventStep[]>;

/** A field of a step that events do not know would not compile. */
type StepField = Step extends infer Each ? (Each extends Each ? keyof Each : never) : never;

/** The steps of a flow as they appear in events: redacted (I10), and of bounded size. */
export async function describeSteps(flow: Flow, redact: Redactor): Promise<DescribedSteps> {
  async function cleanText(text: string): Promise<string> {
    const shown = await redact(text, LONGEST_TEXT);
    return text.length > LONGEST_TEXT ? `${shown}… (truncated: ${text.length} characters)` : shown;
  }

  async function cleanList(values: unknown[]): Promise<unknown[]> {
    const shown: unknown[] = [];
    let size = 0;
    for (const value of values) {
      const cleaned = await clean(value);
      size += String(cleaned).length;
      if (size > LONGEST_LIST) return [...shown, `… (truncated: ${values.length} values)`];
      shown.push(cleaned);
    }
    return shown;
  }

  async function clean(value: unknown): Promise<unknown> {
    if (typeof value === 'string') return cleanText(value);
    if (Array.isArray(value)) return cleanList(value);
    if (typeof value !== 'object' || value === null) return value;
    const fields = await cleanList(Object.entries(value).flat());
    return Object.fromEntries(Object.keys(value).map((name, at) => [name, fields[at * 2 + 1]]));
  }

  async function describe(step: Step): Promise<EventStep> {
    const described: Partial<Record<keyof EventStep, unknown>> = {};
    const { schema: _, ...fields }: Partial<Record<StepField, unknown>> = redactStep(step);
    for (const [field, value] of Object.entries(fields)) {
      const shown = step.action === 'set' && field === 'value' ? JSON.stringify(value) : value;
      described[field as keyof typeof fields] = await clean(shown);
    }
    return described as EventStep;
  }

  const described: DescribedSteps = { flow: [], onCancel: [] };
  for (const step of flow.steps) described.flow.push(await describe(step));
  for (const step of flow.onCancel ?? []) described.onCancel.push(await describe(step));
  return described;
}

/** It is redacted already; the run itself has it in full. */
const shortTree = (tree: string): string =>
  tree.length > LONGEST_TREE
    ? `${tree.slice(0, LONGEST_TREE).toWellFormed()}\n# truncated: the tree has ${tree.length} characters`
    : tree;

interface KnownOfSteps
  extends Required<Pick<StepDescriber, 'usedSecrets' | 'answer' | 'resumption' | 'carriedOver' | 'reopened'>>,
    Pick<StepDescriber, 'login'> {
  /** Known before the first step begins. */
  described(): DescribedSteps | undefined;
}

export const describerOf = (
  hold: Pick<BrowserHold, 'outcome' | 'notices' | 'noVideo' | 'results' | 'lastLook'>,
  { described, ...known }: KnownOfSteps,
): StepDescriber => ({
  ...known,
  question(index) {
    const { asks, screenshotPath } = hold.outcome(index, 'flow') ?? {};
    return asks && { ...asks, ...(screenshotPath !== undefined && { screenshotPath }) };
  },
  step: (index, phase) => described()?.[phase][index] ?? {},
  evidence(index, phase) {
    const outcome: Partial<PerformedStep> = hold.outcome(index, phase) ?? {};
    const { screenshotPath, a11y, reason, attempts, skipped, expectation, result } = outcome;
    const { coveredBy, httpStatus, documents, pendingRequest, nearest } = outcome;
    return {
      ...(coveredBy !== undefined && { coveredBy }),
      ...(httpStatus !== undefined && { httpStatus }),
      ...(documents !== undefined && { documents }),
      ...(pendingRequest && { pendingRequest }),
      ...(nearest && { nearest }),
      ...(attempts !== undefined && { attempts }),
      ...(skipped && { skipped }),
      ...(expectation && { expectation }),
      ...(result && { result: { name: result.name, type: result.type, bytes: result.bytes } }),
      ...(reason !== undefined && { reason }),
      ...(screenshotPath !== undefined && { screenshotPath }),
      ...(a11y !== undefined && { a11y: shortTree(a11y) }),
    };
  },
  notices: () => hold.notices,
  noVideo: () => hold.noVideo,
  lastLook() {
    const look = hold.lastLook;
    return look?.a11y === undefined ? look : { ...look, a11y: shortTree(look.a11y) };
  },
  results: () => hold.results,
});
