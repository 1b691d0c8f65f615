import { z } from 'zod';
import type { FlowIssue } from './issues.ts';
import { inputsSchema } from './json-schema.ts';
import { FLOW_LIMITS as LIMIT } from './limits.ts';
import { crossesOrigin, isHttpUrl } from './origin.ts';
import { profileUse } from './profile.ts';
import { type Step, stepSchema } from './step.ts';
import { VALUE_NAME } from './template.ts';
import { assistSchema } from './victory.ts';

const flag = (fallback: boolean) => z.boolean().default(fallback);

/** The fields of a flow, for use in larger schemas. */
export const flowFields = {
  baseUrl: z
    .string()
    .min(1)
    .max(LIMIT.url, { abort: true }) // before it is parsed once for each step
    .refine(isHttpUrl, 'not_http' satisfies FlowIssue)
    .describe('URL of the site, http or https; the `url` of a `goto` is resolved against it.'),
  steps: z.array(stepSchema).min(1).max(LIMIT.steps),
  headless: flag(true),
  captureScreenshotAfterEachStep: flag(false),
  captureA11yAfterEachStep: flag(false),
  recordVideoOnFailure: flag(false).describe(
    'Kept only if the run fails. Needs an ffmpeg on the runner. A `notice` says why there is none: `no_video`, `video_not_kept`, `video_lost`, `video_lost_with_runner`, `video_lost_in_parking`.',
  ),
  playwrightTrace: z
    .enum(['off', 'on', 'on-failure'])
    .default('on-failure')
    .describe(
      "A trace for Playwright's viewer, without the secrets of the run: of every step what the page was, its requests and its console. `on-failure`: removed if the run passes.",
    ),
  checkpoints: flag(false).describe(
    'After each step, what can be carried of the page is kept, sealed with the key of the vault: another run can begin there (`POST /v1/runs/:id/fork`).',
  ),
  defaultTimeoutMs: z
    .int()
    .min(1)
    .max(LIMIT.maxTimeoutMs)
    .default(LIMIT.defaultTimeoutMs)
    .describe('Timeout of each step without a `timeoutMs`, ms.'),
  // Trimmed last, so that what is stored from before can still be read.
  contextId: z
    .string()
    .min(1)
    .max(LIMIT.contextId)
    .trim()
    .optional()
    .describe('A name of your own for related runs; lists can be filtered by it.'),
  onCancel: z
    .array(stepSchema)
    .max(LIMIT.steps)
    .optional()
    .describe(
      'Steps to run if the flow is cancelled after its first step has started, within the grace budget. A failed one does not stop the others.',
    ),
  pauseOnFailure: z
    .object({ forMs: z.int().min(1_000).max(LIMIT.askTimeoutMs).default(LIMIT.defaultAskTimeoutMs) })
    .optional()
    .describe(
      'A step that fails waits for a person for `forMs` instead of ending the run: its page stays, and the step can be done again or left out.',
    ),
  parkAfterMs: z
    .int()
    .min(0)
    .max(LIMIT.askTimeoutMs)
    .optional()
    .describe(
      `How long the run keeps its browser while it waits for a person, ms; ${LIMIT.parkAfterMs} if it is left out. Then it is parked: it gives up its runner, and its page is opened again, with its cookies and its storage, once the person is done.`,
    ),
  profile: profileUse.optional().describe('The login profile of the project that the run begins with.'),
  inputs: z
    .record(z.string().regex(VALUE_NAME, 'not_value_name' satisfies FlowIssue), z.json())
    .refine((inputs) => JSON.stringify(inputs).length <= LIMIT.inputs, 'inputs_too_large' satisfies FlowIssue)
    .optional()
    .describe('Values that the steps name as `${inputs.x}`. Defaults of `inputsSchema` are filled in.'),
  inputsSchema: inputsSchema
    .optional()
    .describe('What the inputs have to be: their types, defaults, and which are required or secret.'),
  assist: assistSchema
    .optional()
    .describe('From clients of the original: of it, `goal` and `victory` are used.'),
};

/** Every `goto` stays on the origin of `baseUrl`, unless that has an issue of its own; and no cancel asks anybody. */
export function checkSteps(
  { baseUrl, steps, onCancel = [] }: { baseUrl: string; steps: Step[]; onCancel?: Step[] | undefined },
  context: z.RefinementCtx,
): void {
  const issue = (path: (string | number)[], message: FlowIssue) =>
    context.addIssue({ code: 'custom', path, message });
  const isOrigin = isHttpUrl(baseUrl);
  for (const [list, all] of Object.entries({ steps, onCancel }))
    for (const [index, step] of all.entries()) {
      if (isOrigin && step.action === 'goto' && crossesOrigin(step.url, baseUrl))
        issue([list, index, 'url'], 'other_origin');
      if (step.action === 'ask' && list === 'onCancel') issue([list, index, 'action'], 'ask_on_cancel');
    }
}

/**
 * What a client posts to start a run, after validation: every default is filled in. Stored with the run as its
 * plan. Unknown fields are dropped. Issue paths are those of the posted body, e.g. `steps.3.url`.
 */
export const flowSchema = z
  .object({
    ...flowFields,
    login: z
      .array(stepSchema)
      .optional()
      .describe('What logs in, before its own steps: taken from the profile as the run is accepted.'),
  })
  .superRefine(checkSteps);

export type Flow = z.infer<typeof flowSchema>;
