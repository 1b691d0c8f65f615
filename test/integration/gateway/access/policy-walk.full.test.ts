/* I11: every endpoint lets in whom the policy names, and nobody without valid credentials unless it is for all. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import { ENDPOINTS, type EndpointId } from '#shared/api/contract/endpoints.ts';
import { askingRun } from '../../../support/given/asking-run.ts';
import { keepCheckpoint } from '../../../support/given/keep-checkpoint.ts';
import { keepTrace } from '../../../support/playwright-trace/keep-trace.ts';
import type { Answer, Cell, Relation } from '../../../support/source/policy-shapes.ts';
import { POLICY } from '../../../support/source/policy-table.ts';
import { addBatch } from '../batches/batches.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  FLOW,
  inviteTo,
  PASSWORD,
  type Person,
  startRun,
  useGateway,
} from '../fixture.ts';
import { addFlow, KEPT } from '../flows/named-flows.ts';
import { addProfile } from '../profiles/profiles.ts';
import { addSchedule } from '../schedules/schedules.ts';
import { addSecret } from '../secrets/secrets.ts';
import { addWebhook } from '../webhooks/webhooks.ts';

/** A caller, and what it has before it. */
interface Caller {
  person: Person;
  relation: Relation;
}
type Request = (caller: Caller) => Promise<{ path: string; body?: unknown }>;

const gateway = await useGateway({ config: { GHOSTLY_VIEWER_URL: 'https://traces.test' } });
/** The user who has what is not the caller's. */
const other = await createPerson(gateway);
const people = { member: await createPerson(gateway), admin: await createPerson(gateway, 'admin') };
const restoreTokens = () => gateway.sql.rows('update users set token_epoch = 0');
beforeEach(restoreTokens);

/** A project of another user in which the caller is what the relation says; `own` is like `owner`. */
async function projectFor({ person, relation }: Caller): Promise<string> {
  const id = randomUUID();
  await gateway.sql.rows(`insert into projects (id, label) values ($1, 'Walk')`, [id]);
  await addMember(gateway, id, other, 'owner');
  if (relation !== 'none') await addMember(gateway, id, person, relation === 'own' ? 'owner' : relation);
  return id;
}

const ownerOf = ({ person, relation }: Caller) => (relation === 'own' ? person : other);

const runFor = async (caller: Caller): Promise<string> =>
  startRun(gateway, ownerOf(caller), await projectFor(caller));

const newAskingRun = async (caller: Caller): Promise<string> =>
  (await askingRun(gateway.sql, { ...ownerOf(caller), projectId: await projectFor(caller) })).id;

async function tokenFor(caller: Caller): Promise<string> {
  const path = `/v1/runs/${await newAskingRun(caller)}/answer-link`;
  const { body } = await call(gateway, 'POST', path, { as: ownerOf(caller) });
  return (body as { url: string }).url.split('/').at(-1)!;
}

/** Into a project that the caller is not in. */
async function invitationOf({ person }: Caller): Promise<string> {
  const project = await projectFor({ person, relation: 'none' });
  return inviteTo(gateway, project, { by: other, email: person.email });
}

async function strangerTo(): Promise<string> {
  const id = randomUUID();
  await gateway.sql.rows(`insert into users (id, email, password_hash, role) values ($1, $2, '', 'member')`, [
    id,
    `${id}@test.local`,
  ]);
  return id;
}

async function artifactOf(caller: Caller): Promise<{ run: string; file: string }> {
  const run = await runFor(caller);
  await writeFile(join(await gateway.artifactFolder(run), '1-0.png'), 'picture');
  return { run, file: '1-0.png' };
}

const onTrace = (end: string, body?: unknown) => async (caller: Caller) => {
  const run = await runFor(caller);
  await keepTrace(await gateway.artifactFolder(run), run);
  return { path: `/v1/runs/${run}/playwright-trace${end}`, ...(body !== undefined && { body }) };
};

const at = (path: string, body?: unknown) => async () => ({ path, ...(body !== undefined && { body }) });
const onRun = (end: string, body?: unknown) => async (caller: Caller) => ({
  path: `/v1/runs/${await runFor(caller)}${end}`,
  ...(body !== undefined && { body }),
});

/** A live owner has it. */
const lease = (run: string) =>
  gateway.sql.rows(
    `insert into leases (run_id, owner, epoch, until, renewed_at, of_user, of_project)
     select id, gen_random_uuid(), epoch, clock_timestamp() + interval '1 hour', clock_timestamp(), user_id, project_id
     from runs where id = $1`,
    [run],
  );

const onPaused = (end: string) => async (caller: Caller) => {
  const run = await runFor(caller);
  await gateway.sql.rows(
    `update runs set state = 'running.stepping.paused', snapshot = jsonb_set(snapshot, '{machine,context}',
       snapshot #> '{machine,context}' || '{"pauses": 1, "pause": {"since": 0, "until": 1e13}}') where id = $1`,
    [run],
  );
  await lease(run);
  return { path: `/v1/runs/${run}${end}`, body: {} };
};

const onWebhooks = (end: string, body?: unknown) => async (caller: Caller) => ({
  path: `/v1/projects/${await projectFor(caller)}/webhooks${end}`,
  ...(body !== undefined && { body }),
});

/** `DELIVERY` in the path is one to the webhook. */
const onWebhook = (end: string, body?: unknown) => async (caller: Caller) => {
  const project = await projectFor(caller);
  const { webhook, delivery } = await addWebhook(gateway, project, other);
  return {
    path: `/v1/projects/${project}/webhooks/${webhook}${end.replace('DELIVERY', delivery)}`,
    ...(body !== undefined && { body }),
  };
};

const onFlow = (end: string, body?: unknown) => async (caller: Caller) => {
  const project = await projectFor(caller);
  const name = await addFlow(gateway, project, other);
  return {
    path: `/v1/projects/${project}/flows/${name}${end}`,
    ...(body !== undefined && { body }),
  };
};

/** `NAME` in the path is a secret of the project. */
const onSecret = (end: string, body?: unknown) => async (caller: Caller) => {
  const project = await projectFor(caller);
  const name = await addSecret(gateway, project, other);
  return {
    path: `/v1/projects/${project}/secrets${end.replace('NAME', name)}`,
    ...(body !== undefined && { body }),
  };
};

/** `NAME` in the path is a login profile of the project, which has a saved version. */
const onProfile = (end: string, body?: unknown) => async (caller: Caller) => {
  const project = await projectFor(caller);
  const flow = await addFlow(gateway, project, other);
  const name = await addProfile(gateway, project, other, flow);
  return {
    path: `/v1/projects/${project}/profiles${end.replace('NAME', name)}`,
    ...(body !== undefined && { body }),
  };
};

/** `NAME` in the path is a schedule of the project; a body with a pattern gets the flow that it is of. */
const onSchedule = (end: string, body?: object) => async (caller: Caller) => {
  const projectId = await projectFor(caller);
  const flow = await addFlow(gateway, projectId, other);
  const name = await addSchedule(gateway, { projectId, userId: other.userId }, { flow });
  return {
    path: `/v1/projects/${projectId}/schedules${end.replace('NAME', name)}`,
    ...(body && { body: 'cron' in body ? { ...body, flow: { name: flow } } : body }),
  };
};

/** `BATCH` in the path is a batch of the project, which has ended unless it is to be cancelled. */
const onBatch = (end: string, body?: object) => async (caller: Caller) => {
  const projectId = await projectFor(caller);
  const flow = await addFlow(gateway, projectId, other);
  const ended = !end.endsWith('/cancel');
  const id = await addBatch(gateway, { projectId, userId: other.userId }, { flow, ended });
  return {
    path: `/v1/projects/${projectId}/batches${end.replace('BATCH', id)}`,
    ...(body && { body: 'flows' in body ? { flows: [{ flow: { name: flow } }] } : body }),
  };
};

/** A request to each endpoint that nothing but the caller's rights can refuse. */
const REQUESTS: Record<EndpointId, Request> = {
  changePassword: async () => {
    await restoreTokens();
    return { path: '/v1/auth/password', body: { currentPassword: PASSWORD, newPassword: PASSWORD } };
  },
  endTokens: async () => {
    await restoreTokens();
    return { path: '/v1/auth/tokens' };
  },
  startRun: async (caller) => ({ path: '/v1/run', body: FLOW(await projectFor(caller)) }),
  listRuns: at('/v1/runs'),
  countRuns: at('/v1/run-counts'),
  readRun: onRun(''),
  readFlow: onRun('/flow'),
  rerunRun: onRun('/rerun', {}),
  forkRun: async (caller) => {
    const run = await runFor(caller);
    await keepCheckpoint(gateway.sql, run);
    return { path: `/v1/runs/${run}/fork`, body: { fromStep: 1, steps: [{ action: 'snapshot' }] } };
  },
  streamRun: onRun('/events/stream'),
  watchRun: onRun('/live'),
  readFrame: onRun('/frame'),
  readArtifact: async (caller) => {
    const { run, file } = await artifactOf(caller);
    return { path: `/artifacts/${run}/${file}` };
  },
  readNamedArtifact: async (caller) => {
    const run = await runFor(caller);
    await writeFile(join(await gateway.artifactFolder(run), `1-0-${run}.png`), 'picture');
    return { path: `/artifacts/1-0-${run}.png` };
  },
  readPlaywrightTrace: onTrace(''),
  listPlaywrightTrace: onTrace('/traces.dir'),
  readPlaywrightTraceFile: onTrace('/files/1-trace.trace'),
  viewPlaywrightTrace: onTrace('/views'),
  readHar: async (caller) => ({ path: (await onTrace('')(caller)).path.replace(/playwright-trace$/, 'har') }),
  listFlows: async (caller) => ({ path: `/v1/projects/${await projectFor(caller)}/flows` }),
  putFlow: onFlow('', { flow: KEPT }),
  readNamedFlow: onFlow(''),
  deleteFlow: onFlow(''),
  restoreFlow: onFlow('/restore', {}),
  listFlowVersions: onFlow('/versions'),
  readFlowVersion: onFlow('/versions/1'),
  compareFlowVersions: onFlow('/difference?from=1'),
  readFlowStatistics: onFlow('/statistics'),
  pauseRun: onRun('/pause', {}),
  resumeRun: onPaused('/resume'),
  skipStep: onPaused('/skip'),
  retryStep: onPaused('/retry'),
  answerRun: async (caller) => ({
    path: `/v1/runs/${await newAskingRun(caller)}/answer`,
    body: { values: { code: '1' } },
  }),
  makeAnswerLink: async (caller) => ({ path: `/v1/runs/${await newAskingRun(caller)}/answer-link` }),
  readLinkedQuestion: async (caller) => ({ path: `/v1/answers/${await tokenFor(caller)}` }),
  answerByLink: async (caller) => ({
    path: `/v1/answers/${await tokenFor(caller)}`,
    body: { values: { code: '1' } },
  }),
  cancelRun: onRun('/cancel', {}),
  readCancel: async (caller) => {
    const run = await runFor(caller);
    await gateway.sql.rows(
      `update runs set cancel_requested_at = clock_timestamp(), cancel_by = 'user', cancel_mode = 'graceful'
       where id = $1`,
      [run],
    );
    return { path: `/v1/runs/${run}/cancel` };
  },
  cancelRuns: at('/v1/runs/cancel', { ids: [randomUUID()] }),
  listCancelJobs: at('/v1/cancel-jobs'),
  readCancelJob: async (caller) => {
    const id = randomUUID();
    await gateway.sql.rows(
      `insert into cancel_jobs (id, user_id, mode, request, matched, already_final, failures)
       values ($1, $2, 'graceful', '{}', 0, 0, '[]')`,
      [id, ownerOf(caller).userId],
    );
    return { path: `/v1/cancel-jobs/${id}` };
  },
  login: async () => ({ path: '/v1/auth/login', body: { email: other.email, password: PASSWORD } }),
  startSession: async () => ({
    path: '/v1/auth/session',
    body: { email: other.email, password: PASSWORD },
  }),
  endSession: at('/v1/auth/session'),
  me: at('/v1/auth/me'),
  register: async () => ({
    path: '/v1/auth/register',
    body: { email: `${randomUUID()}@test.local`, password: PASSWORD },
  }),
  listUsers: at('/v1/users'),
  deleteUser: async () => ({ path: `/v1/users/${await strangerTo()}` }),
  listProjects: at('/v1/projects'),
  createProject: at('/v1/projects', { label: 'Walk' }),
  changeProject: async (caller) => ({
    path: `/v1/projects/${await projectFor(caller)}`,
    body: { answerLinks: false },
  }),
  deleteProject: async (caller) => ({ path: `/v1/projects/${await projectFor(caller)}` }),
  listMembers: async (caller) => ({ path: `/v1/projects/${await projectFor(caller)}/members` }),
  putMember: async (caller) => ({
    path: `/v1/projects/${await projectFor(caller)}/members`,
    body: { email: `${await strangerTo()}@test.local`, role: 'viewer' },
  }),
  removeMember: async (caller) => {
    const [project, userId] = [await projectFor(caller), await strangerTo()];
    await gateway.sql.rows(`insert into project_members values ($1, $2, 'viewer')`, [project, userId]);
    return { path: `/v1/projects/${project}/members/${userId}` };
  },
  listProjectInvitations: async (caller) => ({
    path: `/v1/projects/${await projectFor(caller)}/invitations`,
  }),
  withdrawInvitation: async (caller) => {
    const project = await projectFor(caller);
    const id = await inviteTo(gateway, project, { by: other, email: `${randomUUID()}@test.local` });
    return { path: `/v1/projects/${project}/invitations/${id}` };
  },
  listInvitations: at('/v1/invitations'),
  acceptInvitation: async (caller) => ({ path: `/v1/invitations/${await invitationOf(caller)}/accept` }),
  declineInvitation: async (caller) => ({ path: `/v1/invitations/${await invitationOf(caller)}/decline` }),
  listApiKeys: at('/v1/api-keys'),
  createApiKey: at('/v1/api-keys', { label: 'walk', scopes: ['runs:write'] }),
  deleteApiKey: async (caller) => {
    const [id, owner] = [randomUUID(), ownerOf(caller)];
    await gateway.sql.rows(
      `insert into api_keys (id, user_id, label, prefix, key_hash, scopes) values ($1, $2, 'walk', '', $3, $4)`,
      [id, owner.userId, id, ['runs:write']],
    );
    return { path: `/v1/api-keys/${id}` };
  },
  listWebhooks: onWebhooks(''),
  createWebhook: onWebhooks('', { url: 'https://example.com/hook' }),
  readWebhook: onWebhook(''),
  changeWebhook: onWebhook('', { description: 'walk' }),
  deleteWebhook: onWebhook(''),
  rotateWebhookSecret: onWebhook('/secret', {}),
  testWebhook: onWebhook('/test'),
  listDeliveries: onWebhook('/deliveries'),
  readDelivery: onWebhook('/deliveries/DELIVERY'),
  resendDelivery: onWebhook('/deliveries/DELIVERY/resend'),
  listSecrets: onSecret(''),
  putSecret: onSecret('/NAME', { kind: 'text', value: 'walked', origins: ['https://example.com'] }),
  deleteSecret: onSecret('/NAME'),
  listSecretUses: onSecret('/NAME/uses'),
  listProfiles: onProfile(''),
  putProfile: onProfile('/NAME', { note: 'walked' }),
  deleteProfile: onProfile('/NAME'),
  logIn: onProfile('/NAME/login', {}),
  restoreProfile: onProfile('/NAME/restore', { version: 1 }),
  listSchedules: onSchedule(''),
  putSchedule: onSchedule('/NAME', { cron: '30 2 * * *' }),
  readSchedule: onSchedule('/NAME'),
  deleteSchedule: onSchedule('/NAME'),
  pauseSchedule: onSchedule('/NAME/pause', {}),
  resumeSchedule: onSchedule('/NAME/resume'),
  triggerSchedule: onSchedule('/NAME/trigger'),
  backfillSchedule: onSchedule('/NAME/backfill', {
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-01T01:00:00Z',
  }),
  listOccurrences: onSchedule('/NAME/occurrences'),
  previewSchedule: at('/v1/schedules/preview', { cron: '30 2 * * *' }),
  createBatch: onBatch('', { flows: [] }),
  listBatches: onBatch(''),
  readBatch: onBatch('/BATCH'),
  streamBatch: onBatch('/BATCH/events/stream'),
  readReport: onBatch('/BATCH/report'),
  cancelBatch: onBatch('/BATCH/cancel', {}),
  readSubscription: at('/v1/subscription'),
  readMissed: at('/v1/events?projects=none'),
  ping: at('/v1/ping'),
  version: at('/v1/version'),
  system: at('/v1/system'),
  lastHour: at('/v1/system/last-hour'),
  update: at('/v1/update', {}),
  plan: at('/v1/plan', {}),
  readModelProviders: at('/v1/settings/llm/providers'),
  readModelSettings: at('/v1/settings/llm'),
  changeModelSettings: at('/v1/settings/llm', {}),
  listModels: at('/v1/settings/llm/models'),
  testModel: at('/v1/settings/llm/test', {}),
  health: at('/health'),
  ready: at('/ready'),
  openapi: at('/openapi.json'),
  asyncapi: at('/asyncapi.json'),
  docs: at('/docs'),
  readProblem: at('/problems/not_found'),
};

/** The status; the body of a stream is not waited for. */
async function statusOf(id: EndpointId, caller: Caller, sent: Record<string, string>): Promise<number> {
  const { method }: Endpoint = ENDPOINTS[id];
  const { path, body } = await REQUESTS[id](caller);
  const abort = new AbortController();
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      'sec-fetch-site': 'same-origin',
      ...sent,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: abort.signal,
  });
  abort.abort();
  return response.status;
}

const REFUSALS = new Set([400, 401, 403, 404, 500]);

/** What a status says of the caller's rights: a caller who is let in may still hear of a conflict, or that it is too early. */
const answerOf = (status: number): Answer | string => (REFUSALS.has(status) ? String(status) : 'ok');

/**
 * A least caller who is let in; and one who is not, a stranger if there is one who is let in for being of the project, else who
 * differs least. All others are in the unit test of the policy.
 */
function twoOf(cells: readonly Cell[]): Cell[] {
  const allowed = cells.findLast(({ answer }) => answer === 'ok')!;
  const alike = (cell: Cell) =>
    Number(cell.role === allowed.role) +
    Number(cell.credential === allowed.credential) +
    Number(cell.relation === allowed.relation);
  const refused = cells.filter(({ answer }) => answer !== 'ok');
  const stranger = refused.find((cell) => cell.relation === 'none' && alike(cell) === 2);
  if (stranger) return [allowed, stranger];
  return [allowed, ...refused.toSorted((a, b) => alike(b) - alike(a)).slice(0, 1)];
}

describe('I11: every endpoint of the contract', () => {
  it.each(Object.keys(ENDPOINTS) as EndpointId[])('%s lets in whom the table names', async (id) => {
    const row = POLICY[id];
    const nobody: Caller = { person: people.member, relation: 'own' };
    expect(answerOf(await statusOf(id, nobody, {}))).toBe(row === 'public' ? 'ok' : '401');
    if (row === 'public') return;
    for (const { role, credential, relation, answer } of twoOf(row.cells)) {
      const person = people[role];
      const sent =
        credential === 'token'
          ? { authorization: `Bearer ${person.token}` }
          : { 'x-api-key': await createKey(gateway, person, [credential]) };
      const status = await statusOf(id, { person, relation }, sent);
      expect({ role, credential, relation, answer: answerOf(status) }).toEqual({
        role,
        credential,
        relation,
        answer,
      });
    }
  });
});
