import type { CANCEL_ENDPOINTS } from '#shared/api/contract/cancel/endpoints.ts';
import { ANY, type EndpointExample, SAMPLE, STATE } from './example.ts';

const { project, user, email, queuedRun, runningRun, cancelledRun, cancelJob } = SAMPLE;
const at = ANY.time;

const accepted = { ok: true, id: queuedRun, status: 'cancelling' };
const job = {
  ok: true,
  id: cancelJob,
  status: 'running',
  createdAt: at,
  userId: user,
  mode: 'graceful',
  matched: 1,
  cancelled: 0,
  cancelling: 1,
  alreadyFinal: 0,
  failed: 0,
};

export const CANCEL_EXAMPLES: Record<keyof typeof CANCEL_ENDPOINTS, readonly EndpointExample[]> = {
  cancelRun: [
    {
      summary: 'Cancel with a reason',
      params: { id: queuedRun },
      body: { reason: 'wrong quantity' },
      status: 200,
      reply: accepted,
    },
    {
      summary: 'Force a cancel',
      params: { id: queuedRun },
      body: { mode: 'force' },
      status: 200,
      reply: accepted,
    },
    {
      summary: 'Dry run for a run whose runner is gone',
      params: { id: runningRun },
      query: { dryRun: 'true' },
      status: 200,
      reply: {
        ok: true,
        id: runningRun,
        dryRun: true,
        status: 'cancelled',
        stale: true,
        from: STATE.acting,
        path: ['fail'],
        onCancelSteps: 0,
        withinMs: 1_000,
      },
    },
  ],
  readCancel: [
    {
      summary: 'Read a receipt',
      params: { id: cancelledRun },
      status: 200,
      reply: {
        id: cancelledRun,
        status: 'fail',
        state: 'fail',
        requested: {
          at,
          source: 'user',
          mode: 'graceful',
          reason: 'wrong quantity',
          user: { id: user, email },
        },
        stored: { at, ms: 1 },
        delivered: {
          at,
          ms: 1,
          owner: ANY.id,
          epoch: 1,
          via: 'command',
          state: STATE.acting,
        },
        abortRaised: { at, ms: 0, state: STATE.acting, stepIndex: 0 },
        callInterrupted: { at, ms: 2 },
        contextClosed: { at, ms: 7 },
        browser: { outcome: 'alive', pid: 5170 },
        evidence: { steps: 0, screenshots: 0, video: false },
        final: { at, ms: 1 },
        totalMs: 12,
      },
    },
  ],
  cancelRuns: [
    {
      summary: 'Cancel all runs of a project',
      given: ['queuedRun'],
      body: { project, reason: 'the shop is down' },
      status: 202,
      reply: { ...job, id: ANY.id, reason: 'the shop is down', filter: { project }, failures: [] },
    },
    {
      summary: 'Cancel runs by id, one of them unknown',
      body: { ids: [queuedRun, ANY.id], mode: 'force' },
      status: 202,
      reply: {
        ...job,
        id: ANY.id,
        mode: 'force',
        matched: 2,
        failed: 1,
        failures: [{ id: ANY.id, error: 'not found' }],
      },
    },
  ],
  listCancelJobs: [{ summary: 'List bulk cancels', given: ['cancelJob'], status: 200, reply: [job] }],
  readCancelJob: [
    {
      summary: 'Read a bulk cancel',
      params: { id: cancelJob },
      status: 200,
      reply: { ...job, failures: [] },
    },
  ],
};
