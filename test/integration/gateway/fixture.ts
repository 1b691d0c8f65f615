import { argon2Sync, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import { artifactsInFolder, pathOf } from '#shared/adapters/artifacts/local-folder.ts';
import { openBus } from '#shared/adapters/bus/bus.ts';
import { openFrames } from '#shared/adapters/bus/live/frames.ts';
import { createApiKey } from '#shared/adapters/database/accounts/api-keys.ts';
import type { ActingOwner } from '#shared/adapters/database/accounts/as-owner.ts';
import { invite } from '#shared/adapters/database/accounts/invitations.ts';
import { createUser } from '#shared/adapters/database/accounts/users.ts';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import type { KeyScope, ProjectRole, UserRole } from '#shared/api/contract/accounts/roles.ts';
import { type Endpoint, errorsOf } from '#shared/api/contract/endpoint.ts';
import { ENDPOINTS, type EndpointId } from '#shared/api/contract/endpoints.ts';
import { errorSchema } from '#shared/api/contract/errors/error-body.ts';
import { ERRORS } from '#shared/api/contract/errors/errors.ts';
import { readConfig } from '#shared/platform/config/config.ts';
import { READ_BY } from '#shared/platform/config/services.ts';
import { startServer } from '#shared/platform/http/http-server.ts';
import { createLog } from '#shared/platform/log/log.ts';
import { newPrivateKeyText, publicTextOf } from '#shared/platform/seal/key-text.ts';
import { createCallerTurns } from '../../../services/gateway/access/caller-turns.ts';
import { changesOfOneUser, divide } from '../../../services/gateway/budgets.ts';
import type { GatewayConnections } from '../../../services/gateway/connections.ts';
import type { Variables } from '../../../services/gateway/gateway-config.ts';
import { openApp } from '../../../services/gateway/open-app.ts';
import { createTestDatabase, startTestNats, type TestNats } from '../../support/servers/servers.ts';

export const JWT_SECRET = 'a secret for tests, long enough for everyone';
/** The key of its runners. */
export const SEAL_KEY = newPrivateKeyText();
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
  /** Variables of its process, where they are others than by default. */
  config?: Partial<Variables>;
  nodeEnv?: string;
  /** Replace those that it has otherwise. */
  connections?: Partial<Omit<GatewayConnections, 'reach'>> & {
    reach?: Pick<GatewayConnections['reach'], 'outages'>;
  };
  artifacts?: Artifacts;
  databaseUrl?: string;
  poolSize?: number;
  statementTimeoutMs?: number;
  lockTimeoutMs?: number;
  /** Whether subscribers are let in to NATS. */
  subscribers?: boolean;
}

/** The gateway of a file, until its end. */
export async function useGateway(given: Given = {}): Promise<TestGateway> {
  const gateway = await startGateway(given);
  afterAll(() => gateway.close());
  return gateway;
}

const NO_OUTAGES: GatewayConnections['reach'] = {
  outages: () => [],
  looks: () => {
    const server = { answers: true, since: '2026-11-25T12:00:00.000Z', latencyMs: 0.4 };
    return { database: server, nats: server };
  },
  takeEnded: () => [],
  checks: {},
  heard: () => undefined,
  [Symbol.dispose]: () => undefined,
};

/** A whole gateway over HTTP, with a database and a NATS of its own. */
export async function startGateway(given: Given = {}) {
  const stack = new AsyncDisposableStack();
  const nats = await startTestNats();
  const { poolSize = MANY_CONNECTIONS } = given;
  const databaseUrl = given.databaseUrl ?? (await createTestDatabase()).url;
  const config = { ...readTestConfig(databaseUrl, nats, given.subscribers), ...given.config };
  const database = stack.use(
    connectDatabase({
      url: databaseUrl,
      applicationName: 'gateway-test',
      poolSize,
      statementTimeoutMs: given.statementTimeoutMs ?? 5_000,
      ...(given.lockTimeoutMs !== undefined && { lockTimeoutMs: given.lockTimeoutMs }),
    }),
  );
  const lines: string[] = [];
  const log = createLog('gateway-test', 'debug', { write: (line: string) => void lines.push(line) });
  const artifactsDir = await mkdtemp(join(tmpdir(), 'ghostly-test-artifacts-'));
  stack.defer(() => rm(artifactsDir, { recursive: true, force: true }));
  const { sql } = database;
  const bus = stack.use(openBus({ url: nats.serviceUrl, name: 'gateway-test', log }));
  const frames = stack.use(openFrames({ url: nats.serviceUrl, name: 'gateway-test', log }));
  await Promise.all([bus.opened(), frames.opened()]);
  const stop = new AbortController();
  const connections = {
    database,
    budgets: divide(sql, poolSize),
    turns: createCallerTurns({
      most: config.GHOSTLY_MAX_WAITING_PER_USER,
      changes: changesOfOneUser(poolSize),
    }),
    sessionUrl: databaseUrl,
    bus,
    frames,
    ...given.connections,
    reach: { ...NO_OUTAGES, ...given.connections?.reach },
  };
  const id = randomUUID();
  const { app, startDue } = openApp(
    {
      id,
      config,
      nodeEnv: given.nodeEnv ?? 'test',
      connections,
      artifacts: given.artifacts ?? artifactsInFolder(artifactsDir),
    },
    { log, stopping: stop.signal, resources: stack },
  );
  const server = stack.use(await startServer(app.callback(), { host: '127.0.0.1', port: 0 }));
  return {
    id,
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
    frames,
    /** What schedules have due is started only where a test asks for it. */
    startDue,
    /** Stops it like the first signal to a gateway. */
    stop: () => stop.abort(),
    close: () => stack.disposeAsync(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function readTestConfig(databaseUrl: string, nats: TestNats, subscribers = false): Variables {
  const env = {
    DATABASE_URL: databaseUrl,
    NATS_URL: nats.serviceUrl,
    GHOSTLY_JWT_SECRET: JWT_SECRET,
    GHOSTLY_SEAL_PUBLIC_KEY: publicTextOf(SEAL_KEY),
    GHOSTLY_QUEUE_TIMEOUT_MS: '60000',
    GHOSTLY_EGRESS: 'any',
    ...(subscribers && { GHOSTLY_NATS_ISSUER_SEED: nats.issuerSeed }),
  };
  return readConfig(env, READ_BY.gateway);
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
