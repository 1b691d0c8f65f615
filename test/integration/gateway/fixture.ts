import { argon2Sync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { artifactsInFolder, pathOf } from '#shared/adapters/artifacts/local-folder.ts';
import { openBus } from '#shared/adapters/bus/bus.ts';
import { createApiKey } from '#shared/adapters/database/accounts/api-keys.ts';
import type { ActingOwner } from '#shared/adapters/database/accounts/as-owner.ts';
import { invite } from '#shared/adapters/database/accounts/invitations.ts';
import { createUser } from '#shared/adapters/database/accounts/users.ts';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { readSituations } from '#shared/adapters/database/run-views/situation.ts';
import type { KeyScope, ProjectRole, UserRole } from '#shared/api/contract/accounts/roles.ts';
import { type Endpoint, errorsOf } from '#shared/api/contract/endpoint.ts';
import { ENDPOINTS, type EndpointId } from '#shared/api/contract/endpoints.ts';
import { errorSchema } from '#shared/api/contract/errors/error-body.ts';
import { ERRORS } from '#shared/api/contract/errors/errors.ts';
import { readEgressPolicy } from '#shared/platform/config/egress/policy.ts';
import { timingOf } from '#shared/platform/config/timing.ts';
import { startServer } from '#shared/platform/http/http-server.ts';
import { createLog } from '#shared/platform/log/log.ts';
import { createCallerTurns } from '../../../services/gateway/access/caller-turns.ts';
import { createOpenStreams } from '../../../services/gateway/access/open-streams.ts';
import { createDeleteUser } from '../../../services/gateway/accounts/delete-user.ts';
import { createGateway } from '../../../services/gateway/app.ts';
import { changesOfOneUser, divide } from '../../../services/gateway/budgets.ts';
import { createCancelling } from '../../../services/gateway/cancel/cancelling.ts';
import type { GatewayConfig, GatewayDeps } from '../../../services/gateway/deps.ts';
import { createWaitForEnd } from '../../../services/gateway/runs/wait.ts';
import { type AskOwner, createAskOwner } from '../../../services/gateway/runs/waiting-for/ask-owner.ts';
import { createReadWaitingFor } from '../../../services/gateway/runs/waiting-for/read.ts';
import { createReadListedWaits } from '../../../services/gateway/runs/waiting-for/read-listed.ts';
import { createStreamHandler } from '../../../services/gateway/stream/handler.ts';
import { createRunHints } from '../../../services/gateway/stream/hints.ts';
import { createRunFeeds } from '../../../services/gateway/stream/run-feed.ts';
import { createTestDatabase, startTestNats } from '../../support/servers/servers.ts';

export const JWT_SECRET = 'a secret for tests, long enough';
export const PASSWORD = 'correct horse battery';
/** So many that several changes wait for a lock together, unless a test is about how few there are. */
const MANY_CONNECTIONS = 24;
const passwordHash = cheaplyHashed(PASSWORD);

/** A hash at the least cost: a login checks a password with the parameters that it was stored with. */
function cheaplyHashed(message: string): string {
  const cost = { memory: 64, passes: 1, parallelism: 1 };
  const nonce = randomBytes(16);
  const hash = argon2Sync('argon2id', { message, nonce, tagLength: 32, ...cost });
  const [salt, key] = [nonce, hash].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  return `$argon2id$v=19$m=64,t=1,p=1$${salt}$${key}`;
}

export type TestGateway = Awaited<ReturnType<typeof startGateway>>;

interface Given {
  config?: Partial<GatewayConfig>;
  deps?: Partial<GatewayDeps>;
  databaseUrl?: string;
  statementTimeoutMs?: number;
  /** Most streams of one user. */
  maxStreams?: number;
  maxWaiting?: number;
  connections?: number;
  lockTimeoutMs?: number;
  /** Left out: the owners are asked over NATS. */
  askOwner?: AskOwner;
}

/** The gateway of a file, until its end. */
export async function useGateway(given: Given = {}): Promise<TestGateway> {
  const gateway = await startGateway(given);
  afterAll(() => gateway.close());
  return gateway;
}

/** A whole gateway over HTTP, with a database and a NATS of its own. */
export async function startGateway(given: Given = {}) {
  const stack = new AsyncDisposableStack();
  const nats = await startTestNats();
  const { connections = MANY_CONNECTIONS } = given;
  const databaseUrl = given.databaseUrl ?? (await createTestDatabase()).url;
  const database = stack.use(
    connectDatabase({
      url: databaseUrl,
      applicationName: 'gateway-test',
      poolSize: connections,
      statementTimeoutMs: given.statementTimeoutMs ?? 5_000,
      ...(given.lockTimeoutMs !== undefined && { lockTimeoutMs: given.lockTimeoutMs }),
    }),
  );
  const lines: string[] = [];
  const log = createLog('gateway-test', 'debug', { write: (line: string) => void lines.push(line) });
  const artifactsDir = await mkdtemp(join(tmpdir(), 'ghostly-test-artifacts-'));
  stack.defer(() => rm(artifactsDir, { recursive: true, force: true }));
  const { sql } = database;
  const budgets = divide(sql, connections);
  const bus = stack.use(openBus({ url: nats.serviceUrl, name: 'gateway-test', log }));
  await bus.opened();
  const feeds = stack.use(createRunFeeds({ sql, bus }));
  const openStreams = stack.use(createOpenStreams({ sql, log, max: given.maxStreams }));
  const stop = new AbortController();
  const timing = timingOf({ GHOSTLY_LEASE_MS: 10_000, GHOSTLY_CANCEL_GRACE_MS: 2_500 });
  const cancelling = stack.use(createCancelling({ budgets, bus, log, timing }));
  const { askOwner = createAskOwner(bus) } = given;
  const readWaitingFor = createReadWaitingFor({ sql, timing, limits: {}, askOwner });
  const app = createGateway({
    database,
    budgets,
    turns: createCallerTurns({ most: given.maxWaiting ?? 1_000, changes: changesOfOneUser(connections) }),
    artifacts: artifactsInFolder(artifactsDir),
    log,
    notifyRunQueued: async () => undefined,
    cancelDelivery: cancelling.delivery,
    waitForEnd: createWaitForEnd({ sql, feeds, openStreams, stopping: stop.signal }),
    readWaitingFor,
    readListedWaits: createReadListedWaits(readWaitingFor),
    reach: { outages: () => [] },
    handlers: {
      ...cancelling.handlers,
      streamRun: createStreamHandler({
        sql,
        feeds,
        openStreams,
        now: () => Date.now(),
        hints: createRunHints({ load: (ids) => readSituations(sql, ids), read: readWaitingFor }),
      }),
      deleteUser: createDeleteUser({ sql, cancelDelivery: cancelling.delivery }),
    },
    config: {
      jwtSecret: JWT_SECRET,
      graceMs: 2_500,
      leaseMs: 10_000,
      queueTimeoutMs: 60_000,
      corsOrigins: [],
      egress: readEgressPolicy('any'),
      version: '1.2.3',
      env: 'test',
      ...given.config,
    },
    ...given.deps,
  });
  const server = stack.use(await startServer(app.callback(), { host: '127.0.0.1', port: 0 }));
  return {
    url: server.url,
    databaseUrl,
    sql,
    database,
    /** Where the artifacts of a run are kept; makes it. */
    async artifactFolder(runId: string): Promise<string> {
      const folder = join(artifactsDir, dirname(pathOf(runId, 'any')));
      await mkdir(folder, { recursive: true });
      return folder;
    },
    lines,
    nats,
    bus,
    /** Stops it like the first signal to a gateway. */
    stop: () => stop.abort(),
    close: () => stack.disposeAsync(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

export interface Person {
  userId: string;
  projectId: string;
  email: string;
  token: string;
}

let people = 0;

/** A user with its project "Default", logged in over HTTP. */
export async function createPerson(gateway: TestGateway, role: UserRole = 'member'): Promise<Person> {
  people += 1;
  const email = `person-${people}@test.local`;
  const user = { email, passwordHash, role };
  const created = await createUser(await gateway.database.entities(), user);
  if (typeof created === 'string') throw new Error(created);
  const login = await call(gateway, 'POST', '/v1/auth/login', { body: { email, password: PASSWORD } });
  const { token } = login.body as { token: string };
  const project = await gateway.sql.row<{ projectId: string }>(
    'select project_id as "projectId" from project_members where user_id = $1',
    [created.id],
  );
  return { userId: created.id, projectId: project!.projectId, email, token };
}

/** A key straight into the database, also one that its user could not make. */
export async function createKey({ database }: TestGateway, { userId }: Person, scopes: KeyScope[]) {
  return (await createApiKey(await database.entities(), { userId, label: 'test', scopes })).key;
}

export async function addMember(
  { sql }: TestGateway,
  projectId: string,
  { userId }: Person,
  role: ProjectRole,
) {
  await sql.rows('insert into project_members values ($1, $2, $3)', [projectId, userId, role]);
}

/** Invites like an owner's request, but in the database, and returns the id. It replaces an earlier one to the same e-mail. */
export async function inviteTo(
  { sql }: TestGateway,
  projectId: string,
  { by, email, role = 'operator' }: { by: ActingOwner; email: string; role?: ProjectRole },
): Promise<string> {
  const invited = await invite(sql, { projectId, email, role, by });
  if (typeof invited === 'string') throw new Error(invited);
  return invited.id;
}

/** The way of people: an owner invites into its own project, and who is invited accepts. */
export async function joinMember(gateway: TestGateway, owner: Person, person: Person, role: ProjectRole) {
  const body = { email: person.email, role };
  const path = `/v1/projects/${owner.projectId}/members`;
  const { body: invited } = await call(gateway, 'POST', path, { as: owner, body });
  await accept(gateway, person, (invited as { id: string }).id);
}

export async function accept(gateway: { url: string }, person: Person, invitationId: string) {
  const answer = await call(gateway, 'POST', `/v1/invitations/${invitationId}/accept`, { as: person });
  if (answer.status !== 200) throw new Error(`not accepted: ${answer.status}`);
}

export interface Sent {
  as?: Person;
  key?: string;
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  text?: string;
  headers?: Record<string, string>;
}

export interface Received {
  status: number;
  headers: Headers;
  body: unknown;
}

export async function call(
  gateway: { url: string },
  method: string,
  path: string,
  { as, key, body, text, headers = {} }: Sent = {},
): Promise<Received> {
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      ...(as && { authorization: `Bearer ${as.token}` }),
      ...(key !== undefined && { 'x-api-key': key }),
      ...(sent !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent !== undefined && { body: sent }),
  });
  const answer = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') && answer !== '';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(answer) : answer };
}

/** The answer is one that the endpoint's row in the contract names, and holds nothing that it does not. */
export function expectContract(id: EndpointId, { status, body }: Received): void {
  const endpoint: Endpoint = ENDPOINTS[id];
  const reply = endpoint.replies[status];
  const statuses = new Set(errorsOf(endpoint).map((code) => ERRORS[code].status as number));
  if (!reply) expect([...statuses], `${id} does not name ${status}`).toContain(status);
  expect(body).toEqual((reply ?? errorSchema).parse(body));
}

export const FLOW = (projectId: string) => ({
  project: projectId,
  baseUrl: 'http://127.0.0.1:1',
  steps: [{ action: 'goto', url: '/' }],
});

export async function startRun(gateway: TestGateway, person: Person, projectId = person.projectId) {
  const { status, body } = await call(gateway, 'POST', '/v1/run', { as: person, body: FLOW(projectId) });
  if (status !== 202) throw new Error(`not started: ${status} ${JSON.stringify(body)}`);
  return (body as { id: string }).id;
}

export const randomName = (): string => randomBytes(6).toString('hex');
