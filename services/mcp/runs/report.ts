/* A run as the tools answer it: bounded, and enough to decide what to do next. Steps count from 1. Pure. */
import { z } from 'zod';
import { type RunDetail, runSummarySchema, stepOutcomeSchema } from '#shared/api/contract/runs/runs.ts';
import type { Said } from '#shared/domain/events/said.ts';
import { outcomeOf } from '#shared/domain/run/outcome.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import { historyOf } from '#shared/domain/story/evolve.ts';
import type { History, StepSpan } from '#shared/domain/story/history.ts';
import { momentAt } from '#shared/domain/story/moment.ts';
import { withEvents } from '#shared/domain/story/when.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import { sayEnd } from '#shared/domain/words/say-end.ts';
import { textOfSaid } from '#shared/domain/words/say-page.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { triggerText } from '#shared/domain/words/trigger/trigger-text.ts';
import { ToolError } from '../tool.ts';
import { runUri } from '../uris.ts';
import { cut, shortLine } from '../words.ts';
import { briefOf, briefRun } from './brief-run.ts';
import { newestWithin } from './newest-within.ts';
import { stepNumber } from './step-number.ts';

/** How much of an accessibility tree, or of a result, an answer has, in UTF-16 units; `offset` reads on. */
export const PART = 5_000;
/** Longest texts, in UTF-16 units; lists are counted as JSON. */
const LONGEST = {
  does: 120,
  failure: 1_000,
  error: 200,
  said: 1_500,
  notices: 400,
  steps: 4_200,
  onCancel: 1_900,
  results: 2_000,
  furtherResults: 500,
};

const stepReport = stepOutcomeSchema.pick({ action: true, ok: true, attempt: true }).extend({
  step: stepNumber,
  does: z.string().optional(),
  error: z.string().optional(),
  screenshot: z.boolean(),
  /** What the page said meanwhile: the newest, of the step that failed or that was asked for. */
  said: z.array(z.string()).optional(),
});
type StepReport = z.output<typeof stepReport>;

/** A part of a long text. */
const part = z.object({
  text: z.string(),
  offset: z.int().min(0),
  total: z.int().min(0),
  nextOffset: z.int().min(1).optional(),
});

/** Each field with what its event says of it. */
const questionReport = z.object({
  step: stepNumber,
  text: z.string(),
  fields: z.array(z.looseObject({ name: z.string() })),
});

export const runReport = briefRun.extend({
  rerunOf: runSummarySchema.shape.rerunOf,
  /** The schedule that has started it, and for which time. */
  trigger: z.string().optional(),
  uri: z.string(),
  cancelReason: z.string().optional(),
  /** Who or what ended it, of one that was cancelled or lost; from `get_run`, how one that failed differs from the last that passed. */
  why: z.string().optional(),
  waitingFor: z.string().optional(),
  /** What it asks a person now: `answer_run` answers. */
  question: questionReport.optional(),
  error: z.string().optional(),
  failedStep: stepNumber.optional(),
  /** What the run asked for and did not get. */
  notices: z.array(z.string()).optional(),
  stepsExecuted: z.int().min(0),
  /** The newest steps, or the one that was asked for. */
  steps: z.array(stepReport),
  /** The number of earlier steps that are left out. */
  earlierSteps: z.int().min(1).optional(),
  onCancel: z.array(stepReport).optional(),
  /** The number of earlier `onCancel` steps that are left out. */
  earlierOnCancel: z.int().min(1).optional(),
  /** What its steps have found: as much as there is room for, in its order. */
  results: z.record(z.string(), z.unknown()).optional(),
  /** Names of those that are left out; if there are many, the last ones. */
  furtherResults: z.array(z.string()).optional(),
  /** The result that was asked for, as JSON. */
  result: part.extend({ name: z.string() }).optional(),
  tree: part.extend({ step: stepNumber }).optional(),
});
export type RunReport = z.output<typeof runReport>;

export interface ReportOptions {
  /** Only this step, from 1, and its accessibility tree. */
  step?: number | undefined;
  /** Only this result, instead of a tree. */
  result?: string | undefined;
  /** Where in the tree, or the result, to begin. */
  offset?: number | undefined;
}

/** @throws ToolError if there is no such step, or nothing to read there */
export function reportOf(run: RunDetail, { step, result, offset = 0 }: ReportOptions = {}): RunReport {
  const outcome = outcomeOf(run);
  const history = historyOf(Date.parse(run.startedAt), withEvents([], run.events ?? []));
  const spans = spansIn(history);
  const failed = run.steps.findLast(({ ok }) => !ok);
  const reportsOf = (steps: RunDetail['steps'], phase: StepPhase) =>
    steps.map((one) =>
      reportStep(one, spans.get(`${phase} ${one.index}`), {
        isFailed: one === failed,
        isAsked: step !== undefined,
      }),
    );
  const asked = step === undefined ? undefined : stepAt(run, step);
  const listed = newestWithin(reportsOf(asked ? [asked] : run.steps, 'flow'), LONGEST.steps);
  const cleanup = asked || result !== undefined ? undefined : run.onCancel;
  const listedCleanup = cleanup && newestWithin(reportsOf(cleanup, 'onCancel'), LONGEST.onCancel);
  return runReport.parse({
    ...briefOf(run),
    rerunOf: run.rerunOf,
    trigger: run.trigger && triggerText(run.trigger),
    uri: runUri(run.id),
    outcome,
    cancelReason: run.cancel?.reason && shortLine(run.cancel.reason, LONGEST.failure),
    why: outcome === 'cancelled' || outcome === 'lost' ? whyEnded(run, history) : undefined,
    question: questionIn(run),
    waitingFor: run.waitingFor && shortLine(run.waitingFor.for, LONGEST.failure),
    error: run.error === undefined ? undefined : cut(run.error, LONGEST.failure),
    failedStep: outcome === 'fail' && failed ? failed.index + 1 : undefined,
    notices: noticesOf(run),
    stepsExecuted: executedOf(run),
    steps: listed.kept,
    earlierSteps: listed.left || undefined,
    onCancel: listedCleanup?.kept,
    earlierOnCancel: listedCleanup?.left || undefined,
    ...(result === undefined
      ? {
          ...resultsIn(run),
          tree: treeOf(asked ?? treeStep(run, failed), { offset, isAsked: asked !== undefined }),
        }
      : { results: undefined, result: resultOf(run, result, offset) }),
  });
}

function questionIn({ waitingFor }: RunDetail): RunReport['question'] {
  const { question, step } = waitingFor ?? {};
  if (!question || step === undefined) return undefined;
  return { step: step + 1, text: cut(question.text, LONGEST.failure), fields: question.fields };
}

function noticesOf({ events = [] }: RunDetail): string[] | undefined {
  const notices = events.flatMap((event) =>
    event.type === 'notice' ? shortLine(event.payload.text, LONGEST.error) : [],
  );
  return notices.length === 0 ? undefined : newestWithin(notices, LONGEST.notices).kept;
}

function resultsIn({ results = {} }: RunDetail): Pick<RunReport, 'results' | 'furtherResults'> {
  const names = Object.keys(results);
  let room = LONGEST.results;
  const kept = names.filter((name) => {
    room -= JSON.stringify([name, results[name]]).length;
    return room >= 0;
  });
  return {
    results: kept.length > 0 ? Object.fromEntries(kept.map((name) => [name, results[name]])) : undefined,
    ...(kept.length < names.length && {
      furtherResults: newestWithin(
        names.filter((name) => !kept.includes(name)),
        LONGEST.furtherResults,
      ).kept,
    }),
  };
}

function resultOf({ results = {} }: RunDetail, name: string, offset: number): RunReport['result'] {
  if (!Object.hasOwn(results, name))
    throw new ToolError(`The run has no such result. It has: ${Object.keys(results).join(', ') || 'none'}.`);
  return { name, ...partOf(JSON.stringify(results[name]), offset, `The result ${name}`) };
}

type StepOutcome = RunDetail['steps'][number];

/** How many steps it has done itself. */
export const executedOf = ({ steps }: Pick<RunDetail, 'steps'>): number =>
  steps.filter(({ carried }) => !carried).length;

/** The step whose tree is shown: the one that failed, else the last `snapshot`. */
const treeStep = (run: RunDetail, failed: StepOutcome | undefined) =>
  failed ?? run.steps.findLast(({ action }) => action === 'snapshot');

/** The step with this number, in the last attempt that came so far. */
function stepAt({ steps }: RunDetail, step: number): StepOutcome {
  const found = steps.findLast(({ index }) => index + 1 === step);
  if (found !== undefined) return found;
  throw new ToolError(
    steps.length === 0
      ? 'The run has executed no step.'
      : `Step ${step} was not executed: the run has executed the steps 1 to ${Math.max(...steps.map(({ index }) => index)) + 1}.`,
  );
}

function treeOf(
  step: StepOutcome | undefined,
  { offset, isAsked }: { offset: number; isAsked: boolean },
): RunReport['tree'] {
  const tree = step?.a11y;
  if (step === undefined || tree === undefined) {
    if (!isAsked) return undefined;
    throw new ToolError(
      'There is no accessibility tree of that step: start the run with "captureA11yAfterEachStep": true, or with a snapshot step.',
    );
  }
  return { step: step.index + 1, ...partOf(tree, offset, `The tree of step ${step.index + 1}`) };
}

function partOf(whole: string, offset: number, what: string): z.output<typeof part> {
  if (offset > 0 && offset >= whole.length)
    throw new ToolError(`${what} has ${whole.length} characters: give a smaller offset.`);
  const end = offset + PART;
  return {
    text: whole.slice(offset, end).toWellFormed(),
    offset,
    total: whole.length,
    ...(end < whole.length && { nextOffset: end }),
  };
}

function reportStep(
  { index, action, ok, error, screenshotPath, attempt }: StepOutcome,
  span: StepSpan | undefined,
  { isFailed, isAsked }: { isFailed: boolean; isAsked: boolean },
): StepReport {
  const said = isFailed || isAsked ? (span?.said ?? []) : [];
  return {
    step: index + 1,
    action,
    ok,
    attempt,
    does: span && shortLine(describeStep(span.step), LONGEST.does),
    error:
      error === undefined
        ? undefined
        : isFailed
          ? cut(error, LONGEST.failure)
          : shortLine(error, LONGEST.error),
    screenshot: screenshotPath !== undefined,
    said: said.length > 0 ? saidLines(said) : undefined,
  };
}

const saidLines = (said: readonly Said[]): string[] =>
  newestWithin(
    said.map((one) => shortLine(textOfSaid(one, englishWords), LONGEST.error)),
    LONGEST.said,
  ).kept;

const whyEnded = (run: RunDetail, history: History): string =>
  shortLine(textOfSentences(sayEnd(run, momentAt(history), englishWords).sentences), LONGEST.failure);

/** Each step that has begun, as its events say; in the last attempt. */
const spansIn = ({ steps }: History): Map<string, StepSpan> =>
  new Map(steps.map((span) => [`${span.phase} ${span.index}`, span]));
