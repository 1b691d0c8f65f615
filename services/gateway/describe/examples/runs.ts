import type { EndpointId } from '#shared/api/contract/endpoints.ts';
import { causeOf } from '#shared/domain/run/cause.ts';
import type { RunState } from '#shared/domain/run/states.ts';
import { ANY, type EndpointExample, SAMPLE, STATE } from './example.ts';

const { project, queuedRun, passedRun, flow } = SAMPLE;

const order = {
  project,
  baseUrl: 'http://127.0.0.1:8080',
  steps: [
    { action: 'goto', url: '/' },
    { action: 'fill', selector: '#quantity', value: '2' },
    { action: 'click', selector: 'text=Buy' },
    { action: 'waitForSelector', selector: '#thanks', timeoutMs: 5_000 },
  ],
};
const started = { ok: true, id: ANY.id, status: 'running' };

const passed = {
  id: passedRun,
  status: 'pass',
  outcome: 'pass',
  state: 'pass',
  startedAt: ANY.time,
  durationMs: 1_840,
  baseUrl: 'http://127.0.0.1:1',
  project,
  owner: ANY.id,
  stepCount: 2,
  steps: [
    { index: 0, action: 'goto', ok: true, screenshotPath: `${passedRun}/1-0.png` },
    { index: 1, action: 'click', ok: true },
  ],
};

const { queued, launching, checkpoint, acting, settling } = STATE;
const [goto, click] = [
  { action: 'goto', url: '/' },
  { action: 'click', selector: '#buy' },
];

/** The step begins once this is stored: when, the machine cannot say yet. */
const toStep = {
  type: 'transition',
  payload: { from: checkpoint, to: acting, cause: causeOf('xstate.done.actor.checkpoint') },
};

/** All events of a run with two steps, from the claim on. */
const events = [
  moved(queued, launching),
  moved(launching, checkpoint),
  toStep,
  { type: 'step_start', stepIndex: 0, payload: { step: goto } },
  { type: 'step_success', stepIndex: 0, payload: { step: goto, at: ANY.time } },
  moved(acting, checkpoint),
  toStep,
  { type: 'step_start', stepIndex: 1, payload: { step: click } },
  { type: 'step_success', stepIndex: 1, payload: { step: click, at: ANY.time } },
  moved(acting, checkpoint),
  moved(checkpoint, settling),
  moved(settling, 'pass'),
  { type: 'run_end', payload: { status: 'pass', at: ANY.time } },
].map(({ type, ...event }, n) => ({ seq: n + 1, type, at: ANY.time, ...event }));

function moved(from: RunState, to: RunState) {
  return { type: 'transition', payload: { from, to, at: ANY.time } };
}

/** The same as messages to subscribers, with the statuses. */
export const messages = [
  { kind: 'status', status: 'running', at: ANY.time },
  ...events.map((event) => ({ kind: 'assist', ...event })),
  { kind: 'status', status: 'pass', at: ANY.time },
  { kind: 'end', at: ANY.time },
].map((entry) => ({ ...entry, runId: passedRun }));

export const RUN_EXAMPLES = {
  startRun: [
    { summary: 'Start a run', body: order, status: 202, reply: started },
    {
      summary: 'Start a run with an atomic step and cleanup steps',
      headers: { 'Idempotency-Key': 'order-4711' },
      body: {
        ...order,
        steps: [
          { action: 'goto', url: '/cart' },
          { action: 'click', selector: '#pay', atomic: true },
        ],
        onCancel: [{ action: 'click', selector: '#log-out' }],
        maxDurationMs: 120_000,
        onRunnerLoss: 'requeue',
        name: 'Nightly order',
        labels: ['nightly', 'team:checkout'],
        runnerLabels: ['eu-west'],
      },
      status: 202,
      reply: started,
    },
    {
      summary: 'Start a run with a secret that screenshots mask',
      body: {
        ...order,
        captureScreenshotAfterEachStep: true,
        steps: [
          { action: 'goto', url: '/log-in' },
          { action: 'fill', selector: '#name', value: 'ann', secret: false },
          { action: 'fill', selector: '#password', value: 'correct horse battery', secret: true },
          { action: 'press', key: 'Enter' },
        ],
      },
      status: 202,
      reply: started,
    },
    {
      summary: 'Start a named flow in its first version',
      body: {
        project,
        flow: { name: flow, version: 1 },
        inputs: { article: 'Ghost mug', pin: '4711' },
        labels: ['nightly'],
      },
      status: 202,
      reply: started,
    },
  ],
  listRuns: [
    {
      summary: 'List the latest passed runs of a project',
      given: ['passedRun'],
      query: { project, status: 'pass', limit: '20' },
      status: 200,
      reply: [passed],
    },
  ],
  countRuns: [
    {
      summary: 'Count the runs of a project',
      given: ['passedRun'],
      query: { project },
      status: 200,
      reply: { running: 0, cancelling: 0, pass: 1, fail: 0, cancelled: 0, lost: 0 },
    },
  ],
  readRun: [
    {
      summary: 'Read a passed run',
      params: { id: passedRun },
      status: 200,
      reply: { ...passed, events },
    },
    {
      summary: 'Wait for a run to end, for at most two seconds, and read what it waits for',
      params: { id: queuedRun },
      query: { wait: '2', hints: '1' },
      status: 200,
      reply: {
        id: queuedRun,
        status: 'running',
        state: queued,
        startedAt: ANY.time,
        durationMs: 0,
        baseUrl: 'http://127.0.0.1:1',
        project,
        stepCount: 1,
        steps: [],
        waitingFor: {
          code: 'no_runner',
          for: 'No runner is up. This has been so for 2 s; if no runner takes it within 59 m 58 s, it fails.',
          at: ANY.time,
          seq: 0,
          since: ANY.time,
          until: ANY.time,
          leadsTo: 'fail',
        },
        events: [],
      },
    },
  ],
  readFlow: [
    {
      summary: 'Read the flow of a run',
      params: { id: passedRun },
      status: 200,
      reply: {
        flow: {
          project,
          baseUrl: 'http://127.0.0.1:1',
          steps: [goto, click],
          headless: true,
          captureScreenshotAfterEachStep: false,
          captureA11yAfterEachStep: false,
          recordVideoOnFailure: false,
          playwrightTrace: 'on-failure',
          checkpoints: false,
          defaultTimeoutMs: 30_000,
        },
        hidden: [],
        keepsHidden: true,
      },
    },
  ],
  rerunRun: [
    { summary: 'Rerun without changes', params: { id: passedRun }, status: 202, reply: started },
    {
      summary: 'Rerun with another value in the first step',
      params: { id: passedRun },
      body: { values: { 'steps.0.url': '/sale' } },
      status: 202,
      reply: started,
    },
    {
      summary: 'Rerun against another site',
      params: { id: passedRun },
      body: { baseUrl: 'http://127.0.0.1:8081', headless: false },
      status: 202,
      reply: started,
    },
  ],
  streamRun: [
    { summary: 'Watch a run', params: { id: passedRun }, status: 200 },
    {
      summary: 'Resume after the event with seq 3',
      params: { id: passedRun },
      headers: { 'Last-Event-ID': '3' },
      status: 200,
    },
  ],
  listPlaywrightTrace: [
    {
      summary: 'List the files of a trace',
      params: { id: passedRun },
      status: 200,
      reply: {
        entries: [
          {
            name: '1-trace.trace',
            path: `/v1/runs/${passedRun}/playwright-trace/files/1-trace.trace`,
          },
          {
            name: '1-trace.network',
            path: `/v1/runs/${passedRun}/playwright-trace/files/1-trace.network`,
          },
          {
            name: 'resources/abc.css',
            path: `/v1/runs/${passedRun}/playwright-trace/files/abc.css`,
          },
        ],
      },
    },
  ],
  readHar: [{ summary: 'Read the requests of a run', params: { id: passedRun }, status: 200 }],
  viewPlaywrightTrace: [
    {
      summary: 'Open the trace of a run in the viewer',
      params: { id: passedRun },
      status: 201,
      reply: { url: 'https://traces.example.com/traces/eyJhbGciOi.e30.c2ln/', expiresAt: ANY.time },
    },
  ],
  readArtifact: [{ summary: 'Read a screenshot', params: { id: passedRun, file: '1-0.png' }, status: 200 }],
} as const satisfies Partial<Record<EndpointId, readonly EndpointExample[]>>;
