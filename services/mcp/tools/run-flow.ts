import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { findProjectId } from '#shared/api/client/find-project.ts';
import { ApiError, type StartInput } from '#shared/api/client/index.ts';
import { ISSUES } from '#shared/api/contract/errors/issues.ts';
import type { NamedStartInput } from '#shared/api/contract/runs/start.ts';
import {
  checkStart,
  namedFlow,
  OF_FLOW_ALONE,
  startFields,
  startHeaders,
} from '#shared/api/contract/runs/start.ts';
import { answerAfterWait } from '../runs/answer-after-wait.ts';
import { followWithProgress, WAIT_S } from '../runs/follow.ts';
import { pictureOf } from '../runs/pictures.ts';
import { withProjects } from '../runs/projects.ts';
import { type RunReport, runReport } from '../runs/report.ts';
import { cancelGivenUp, startOnce } from '../runs/start.ts';
import { type Answer, type CallContext, defineTool, NotUndone, ToolError } from '../tool.ts';
import { inWords } from '../words.ts';
import { projectName, waitSeconds } from './inputs.ts';

const EXAMPLE = {
  baseUrl: 'https://shop.example.com',
  steps: [
    { action: 'goto', url: '/login' },
    { action: 'fill', selector: '[name=password]', value: '…' },
    { action: 'click', selector: 'text=Log in' },
    { action: 'expect', is: 'url', contains: '/home' },
    { action: 'extract', name: 'orders', selector: 'table.orders', as: 'table' },
  ],
};

const DESCRIPTION = `Runs a flow, a list of browser steps on one site, in a fresh Chromium, and waits for its end. The run passes if every step succeeds; the first step that fails ends it.

Example: ${JSON.stringify(EXAMPLE)}

- The first step is a goto. Its url is relative to baseUrl, or on its origin; no other site can be opened by a goto.
- Selectors are Playwright's, used as given: CSS ("#buy", "[name=q]"), "text=Buy", "role=button[name=\\"Buy\\"]". Of several that match, the first is taken.
- A step waits for its element, expect and verify for what they claim of the page, up to timeoutMs (30 s, or defaultTimeoutMs): give shorter ones to fail early.
- extract takes a result from the page, set keeps any JSON value as one; the answer has them. Texts of a step may name values: \${inputs.x}, \${results.x.y}, \${run.id}; $\${ stands for \${. A fill may name the vault: \${secrets.x.password}, \${totp.x}.
- To find selectors on an unknown page: goto, then snapshot; the answer has its accessibility tree.
- Instead of baseUrl and steps, give flow: one that the project keeps (list_flows).

The answer says which step failed and why, with the accessibility tree and a picture of the page then.

If the run takes longer than waitSeconds it goes on, and the answer says so: continue with watch_run. A call that is cancelled before its answer cancels its run, unless an earlier call with its idempotencyKey started it.`;

const fields = startFields
  // Clients of the original send the first two; a verify step does the same. Traces, forks and pauses are for people.
  .omit({
    assist: true,
    assisted: true,
    playwrightTrace: true,
    pauseOnFailure: true,
    parkAfterMs: true,
    checkpoints: true,
  })
  .extend({
    project: projectName.describe('Id or label of the project (default: your oldest one).'),
    baseUrl: startFields.shape.baseUrl.optional().describe('URL of the site, http or https.'),
    steps: startFields.shape.steps.optional(),
    flow: namedFlow.optional().describe('A named flow, by default the newest.'),
    captureScreenshotAfterEachStep: z.boolean().default(true).describe('Keep a picture after each step.'),
    captureA11yAfterEachStep: z
      .boolean()
      .default(true)
      .describe('Keep the accessibility tree after each step.'),
    // What an agent seldom wants, in fewer words than the contract's.
    recordVideoOnFailure: startFields.shape.recordVideoOnFailure.describe('Kept only if the run fails.'),
    name: startFields.shape.name.describe('What people call the run.'),
    labels: startFields.shape.labels.describe('By which people group runs.'),
    maxDurationMs: startFields.shape.maxDurationMs.describe('Longest duration, once it has begun.'),
    concurrencyKey: startFields.shape.concurrencyKey.describe('Runs with the same key run one at a time.'),
    contextId: startFields.shape.contextId.describe('A name of your own for related runs.'),
    cancelPrevious: startFields.shape.cancelPrevious.describe('Cancel earlier runs with it.'),
    inputs: startFields.shape.inputs.describe('Values that the steps name as `${inputs.x}`.'),
    inputsSchema: startFields.shape.inputsSchema.describe('Their JSON Schema.'),
    // The schema of `steps` has described a step.
    onCancel: startFields.shape.onCancel
      .describe('Steps that clean up after a cancel.')
      .meta({ items: { type: 'object', required: ['action'] } }),
    waitSeconds: waitSeconds(WAIT_S).describe('How long to wait for its end. 0: answer once it is started.'),
    idempotencyKey: startHeaders.shape['idempotency-key'].describe(
      'For 24 hours, calls with the same key and flow follow the first run.',
    ),
  });
const input = fields.superRefine(checkWhole);

const { options } = startFields.shape.steps.element;
const withoutAsk = options.filter(({ shape }) => shape.action.value !== 'ask') as unknown as typeof options;
const { name, apply, save, ifStale } = startFields.shape.profile.unwrap().shape;
/** What agents seldom want; an agent asks its user itself, flows that ask are for people. */
const notListed = { headless: true, onRunnerLoss: true, queueTimeoutMs: true, runnerLabels: true } as const;
const listed = fields.omit(notListed).extend({
  steps: z.array(z.discriminatedUnion('action', withoutAsk)).optional(),
  profile: z
    .strictObject({
      name: name.describe('Its name.'),
      apply: apply.describe('`false`: logged out.'),
      save: save.describe('`on_pass`: saved after a pass.'),
      ifStale: ifStale.describe('`login`: logs in first if it has to.'),
    })
    .optional()
    .describe('A saved login to begin with.'),
});

/** A flow of its own, or a named one and nothing that this says itself. */
function checkWhole(given: z.output<typeof input>, context: z.RefinementCtx): void {
  const { baseUrl, steps, flow } = given;
  const issue = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (flow !== undefined) {
    if (steps !== undefined) issue('steps', ISSUES.beside_flow.en);
  } else if (baseUrl !== undefined && steps !== undefined) {
    checkStart({ ...given, baseUrl, steps, playwrightTrace: 'on-failure', checkpoints: false }, context);
  } else {
    if (baseUrl === undefined) issue('baseUrl', 'is required');
    if (steps === undefined) issue('steps', 'is required');
  }
}

/** A named flow says the rest itself, which may not be sent beside it. */
function startOf(given: Record<string, unknown> & { flow?: unknown }): StartInput | NamedStartInput {
  const fields = Object.entries(given).filter(
    ([name]) => given.flow === undefined || !OF_FLOW_ALONE.includes(name),
  );
  return Object.fromEntries(fields) as unknown as StartInput | NamedStartInput;
}

export const runFlowTool = defineTool({
  name: 'run_flow',
  title: 'Run a flow in a browser',
  description: DESCRIPTION,
  needs: 'runs:write',
  // A flow may buy, send or delete what its site offers.
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  input,
  listed,
  output: z.object({
    id: z.string(),
    /** The run at the answer; absent if the key may not read it. */
    run: runReport.optional(),
  }),
  async call({ waitSeconds: seconds, idempotencyKey = randomUUID(), project: named, ...flow }, context) {
    const { client, signal } = context;
    const project = await findProjectId(client, named, { signal });
    signal.throwIfAborted();
    const start = startOnce(client, startOf({ ...flow, project }), idempotencyKey);
    const { id, isOthers } = await start.catch((error: unknown) => notStarted(error, project, context));
    try {
      signal.throwIfAborted();
      context.progress(0, `run ${id} is started`);
      if (!context.may('runs:read')) return started(id);
      await followWithProgress(id, seconds, context);
      return await answerOf(id, context);
    } catch (error) {
      if (!signal.aborted) throw lostSight(id, error);
      if (!isOthers) await giveUp(id, context);
      throw error;
    }
  },
});

const started = (id: string) => ({
  text: `Run ${id} is started. This API key may not read runs (scope runs:read), so its end cannot be shown.`,
  data: { id },
});

/** The run with a picture of the step that failed. */
async function answerOf(id: string, context: CallContext): Promise<Answer<{ id: string; run: RunReport }>> {
  const { client, signal } = context;
  const { run, report, text } = await answerAfterWait(id, context);
  const picture =
    report.failedStep === undefined
      ? undefined
      : await pictureOf(client, run, { step: report.failedStep }, signal).catch(() => undefined);
  return { text, data: { id, run: report }, picture: picture?.picture };
}

/** @throws the error for the caller, or, if the call was cancelled, for the operator of the server */
async function notStarted(error: unknown, project: string, context: CallContext): Promise<never> {
  // It is unknown whether there is a run, and the caller is not going to look for it.
  if (context.signal.aborted && error instanceof ToolError) throw new NotUndone(error.message);
  throw await withProjects(error, project, context);
}

/** Without the id the caller would start the flow again, beside a run that it does not know of. */
const lostSight = (id: string, error: unknown) =>
  // It says so already.
  error instanceof ToolError
    ? error
    : new ToolError(
        `${error instanceof Error ? error.message : String(error)}.\n` +
          `Run ${id} is started and goes on: wait for its end with watch_run {"id":"${id}"}.`,
      );

/** Nobody gets the answer: the run is cancelled, if it has not ended by itself. @throws NotUndone */
async function giveUp(id: string, { client, signal }: CallContext): Promise<void> {
  const why = typeof signal.reason === 'string' ? signal.reason : undefined;
  await cancelGivenUp(client, id, why).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'run_final') return;
    throw new NotUndone(`run ${id} goes on: ${inWords(error)}`, { cause: error });
  });
}
