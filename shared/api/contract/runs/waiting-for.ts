import { z } from 'zod';
import { askedFieldSchema } from '#shared/domain/events/asked-field.ts';
import { describeCodes } from '#shared/domain/events/codes.ts';
import { STEP_PHASES } from '#shared/domain/run/status.ts';
import { WAIT_CODES, type WaitCode } from '#shared/domain/story/waits.ts';
import { stoppingFor } from '#shared/domain/words/en-stopping.ts';
import { idSchema } from '../id.ts';

const time = z.iso.datetime();
const count = z.int().min(0);

/** What each code means to clients, with the fields that it has. */
const MEANS: Record<WaitCode, string> = {
  no_runner: 'no runner is up',
  no_fitting_runner: 'no runner that is up has all of its `labels`',
  runners_silent:
    'no runner that fits and could take it has been heard lately; the last one that fits was heard at `lastHeard`',
  runner_unavailable:
    'none of the runners that fit can take runs now; `unavailable` says why the last one cannot',
  concurrency_key:
    'an earlier run with its `concurrencyKey` is on a runner, or parked: `heldBy`, if all who see the run may see that one',
  user_limit: 'its user has `running` of the `limit` runs on runners that a user may have',
  project_limit: 'its project, `projectLabel`, has `running` of the `limit` runs on runners that it may have',
  slots:
    'all `slots` of the runners that fit are busy, the longest since `oldestSince` (by the run `oldest`); `ahead` older runs are in line',
  runner: 'a runner with a free slot takes it next',
  browser: 'its browser context opens',
  commit: 'what it did last is stored',
  step: 'its step, on a page that answers',
  element_missing: 'no element matches the `selector` of its step',
  element_hidden: 'the first of the elements that match is not visible',
  element_covered: 'another element covers the first of those that match: `coveredBy`',
  element_disabled: 'the first of the elements that match is disabled',
  element_moving: 'the first of the elements that match does not stop moving',
  element_search: 'the search for the `selector` takes long: the page is large',
  page_loading: 'the page that was asked for: its server has not answered yet (`request`)',
  page_stalled:
    'the page that was asked for: the answer of its server has begun, and does not end (`request`)',
  page_busy: 'the page has not answered since `since`: its script is busy',
  answer: 'a person has to answer the `question` of its step',
  resume: 'it is `paused`, and a person has to let it go on',
  sealing: 'what it needs to go on elsewhere is kept; lists alone say this and the next',
  person: 'a person; it has no runner and no browser meanwhile',
  pausing: 'the call of its step is interrupted; then it is paused',
  outcome: 'its flow is over, and its browser context closes',
  runner_silent: 'its `runner` does not answer; it was last heard at `lastHeard`',
  runner_lost: 'the process of its `runner` has ended, or its lease is over',
  ...stoppingFor,
};

/** What follows at `until`. */
const LEADS_TO = ['fail', 'requeue', 'park', 'next_rung', 'next_step'] as const;

/** A question as events have it. */
const questionSchema = z.object({
  text: z.string().describe('Secrets redacted.'),
  fields: z.array(askedFieldSchema),
});

/** What a run waits for; of a newer gateway, codes that are not known here are left out. */
const waiting = z.object({
  code: z
    .enum(WAIT_CODES)
    .optional()
    .catch(undefined)
    .describe(`Stable; branch on this. ${describeCodes(MEANS)}.`),
  for: z
    .string()
    .describe('The same in English, as it was `at`: what it waits for, until when, and what happens then.'),
  at: time.optional().describe('When this was so, by the clock of all of these times.'),
  seq: count.optional().describe('The number of the last event of the run then; 0 before the first.'),
  since: time.optional().describe('Since when it waits for this.'),
  until: time.optional().describe('Until when at the latest.'),
  leadsTo: z
    .enum(LEADS_TO)
    .optional()
    .catch(undefined)
    .describe(
      'What happens then. `fail`: the run ends. `requeue`: it goes back into the queue. `park`: it is parked. `next_rung`: the cancel goes on with `nextRung`. `next_step`: the flow goes on.',
    ),
  labels: z.array(z.string()).optional(),
  unavailable: z.string().optional().describe('As `unavailable.code` in `GET /v1/system`.'),
  concurrencyKey: z.string().optional(),
  heldBy: idSchema.optional().describe('The run that holds the key.'),
  limit: count.optional(),
  running: count.optional().describe('Runs on runners that count for the limit.'),
  projectLabel: z.string().optional(),
  slots: count.optional().describe('Of runners that are heard.'),
  busy: count.optional(),
  oldestSince: time.optional(),
  oldest: idSchema
    .optional()
    .describe('The run that has been in them longest, if all who see the run may see that one.'),
  ahead: count
    .optional()
    .describe(
      'Older runs in line, held neither by a concurrency key nor by a limit; counted up to 100. Users take turns.',
    ),
  aheadIsMore: z.literal(true).optional().describe('There may be more than `ahead`: not all were counted.'),
  step: count.optional().describe('Index of the step, from 0.'),
  phase: z.enum(STEP_PHASES).optional().catch(undefined),
  action: z.string().optional(),
  selector: z.string().optional().describe('As in events, and likewise redacted.'),
  url: z.string().optional(),
  timeoutMs: count.optional(),
  question: questionSchema
    .optional()
    .describe('What a person is asked: `POST /v1/runs/:id/answer` answers it.'),
  paused: z
    .object({
      why: z.enum(['pause', 'failure']).describe('A person has asked for it, or a step has failed.'),
      text: z.string().describe('The reason, or the error of the step. Secrets redacted.'),
      userId: idSchema.optional().describe('Who has asked for it.'),
    })
    .optional()
    .describe('Why it is paused: `POST /v1/runs/:id/resume` lets it go on.'),
  parked: z
    .literal(true)
    .optional()
    .describe('It has no runner and no browser meanwhile; any runner opens its page again.'),
  matches: count.optional().describe('How many elements match the selector now.'),
  coveredBy: z.string().optional().describe('Such as `<div id="cookie">`.'),
  searchMs: count.optional().describe('How long the search for the selector takes, if that is long.'),
  httpStatus: z.int().optional().describe('HTTP status of the page, if that is 400 or more.'),
  documents: count
    .optional()
    .describe('How many documents the page had in the last ten seconds, if these are many.'),
  request: z
    .object({
      method: z.string(),
      url: z.string().describe('Redacted.'),
      since: time,
      answered: z.literal(true).optional().describe('Its answer has begun.'),
    })
    .optional()
    .describe('A request of the page that the step may wait for: it has not ended.'),
  runner: idSchema.optional(),
  lastHeard: time.optional(),
  leaving: z
    .object({ until: time.optional() })
    .optional()
    .describe(
      'Its `runner` shuts down. A run that goes on by `until` is stopped then: it ends as cancelled, with the source `shutdown`.',
    ),
  pageUnseen: z
    .enum(['nats'])
    .optional()
    .catch(undefined)
    .describe(
      'Why its page cannot be looked at now, so that what keeps its step is not known. `nats`: NATS is out of reach.',
    ),
  nextRung: z.string().optional().describe('A full state of the machine.'),
});
type WaitingObject = typeof waiting;
/** A name for declarations, as `StepSchema` is. */
export interface WaitingForSchema extends WaitingObject {}
export const waitingForSchema: WaitingForSchema = waiting;
export type WaitingFor = z.output<WaitingForSchema>;
