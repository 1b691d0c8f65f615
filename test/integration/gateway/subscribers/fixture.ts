import { randomUUID } from 'node:crypto';
import { type ConnectionOptions, connect, type NatsConnection } from 'nats';
import { CONNECTION, openBus } from '#shared/adapters/bus/bus.ts';
import { publishEntry } from '#shared/adapters/bus/publish-entry.ts';
import { createApiKey } from '#shared/adapters/database/accounts/api-keys.ts';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import type { KeyScope } from '#shared/api/contract/accounts/roles.ts';
import type { AssistEntry } from '#shared/domain/events/entries.ts';
import { createLog } from '#shared/platform/log/log.ts';
import { readSubscriber } from '../../../../services/gateway/subscribers/subscriber.ts';
import { serveSubscribers } from '../../../../services/gateway/subscribers/subscribers.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { createTestDatabase, startTestNats } from '../../../support/servers/servers.ts';

export interface Holder {
  userId: string;
  projectId: string;
  key: string;
  keyId: string;
  /** What its consumers and its inbox are named by. */
  handle: string;
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** A database, a nats-server and a gateway's answers to who may sign in there. */
export async function createWorld({ maxConsumers = 100 } = {}) {
  const stack = new AsyncDisposableStack();
  const nats = await startTestNats();
  const { url } = await createTestDatabase();
  const database = stack.use(connectDatabase({ url, applicationName: 'subscribers-test' }));
  const { sql } = database;
  const lines: string[] = [];
  const log = createLog('test', 'debug', { write: (line: string) => void lines.push(line) });
  const bus = stack.use(openBus({ url: nats.serviceUrl, name: 'test', log }));
  const consumersBus = stack.use(openBus({ url: nats.serviceUrl, name: 'test-consumers', log }));
  const connection = await bus[CONNECTION]();
  const serve = async () => {
    const serving = serveSubscribers({
      sql,
      bus,
      consumersBus,
      log,
      issuerSeed: nats.issuerSeed,
      maxConsumers,
      now: () => Date.now(),
    });
    await connection.flush();
    return serving;
  };
  const gateway = await serve();
  stack.defer(() => gateway[Symbol.asyncDispose]());
  const servers = new URL(nats.serviceUrl).host;

  const addKey = async (userId: string, scopes: KeyScope[] = ['runs:read'], expiresAt?: Date) => {
    const { key, apiKey } = await createApiKey(await database.entities(), { userId, label: 'test', scopes });
    if (expiresAt)
      await sql.rows('update api_keys set expires_at = $1 where id = $2', [expiresAt, apiKey.id]);
    const handle = (await readSubscriber(sql, apiKey.id, 'all'))?.handle ?? '';
    return { key, keyId: apiKey.id, handle };
  };
  const open = async (options: ConnectionOptions): Promise<NatsConnection> => {
    const opened = await connect({ servers, reconnectTimeWait: 50, ...options });
    stack.defer(() => opened.close());
    return opened;
  };

  return {
    nats,
    databaseUrl: url,
    sql,
    bus,
    log,
    lines,
    gateway,
    serve,
    addKey,
    /** A user with a project and a key that may read. */
    addHolder: async (): Promise<Holder> => {
      const owner = await createOwner(sql);
      return { ...owner, ...(await addKey(owner.userId)) };
    },
    join: (projectId: string, { userId }: Holder) =>
      sql.rows(`insert into project_members (project_id, user_id, role) values ($1, $2, 'viewer')`, [
        projectId,
        userId,
      ]),
    leave: (projectId: string, { userId }: Holder) =>
      sql.rows('delete from project_members where project_id = $1 and user_id = $2', [projectId, userId]),
    live: ({ key }: { key: string }, options: ConnectionOptions = {}) => open({ token: key, ...options }),
    durable: ({ key, handle }: { key: string; handle: string }, options: ConnectionOptions = {}) =>
      open({ user: 'durable', pass: key, inboxPrefix: `_INBOX_${handle}`, ...options }),
    open,
    /** An event of a user's run, as a service publishes it. */
    say: async (
      { userId, projectId }: Pick<Holder, 'userId' | 'projectId'>,
      seq = 1,
      runId = randomUUID(),
    ) => {
      await publishEntry(bus, { userId, projectId, runId }, eventOf(seq));
      return runId;
    },
    close: () => stack.disposeAsync(),
  };
}

const eventOf = (seq: number): AssistEntry => ({
  kind: 'assist',
  type: 'step_start',
  seq,
  at: new Date().toISOString(),
  stepIndex: 0,
  payload: { step: { action: 'snapshot' } },
});

export interface Heard {
  subject: string;
  text: string;
}

export interface Ear {
  readonly heard: readonly Heard[];
  /** Resolves to the first message that holds `text`, past or future. */
  until(text: string): Promise<Heard>;
}

/** Collects what comes on a subject from now on. Rejects if the server refuses it. */
export async function listenTo(connection: NatsConnection, subject: string, queue?: string): Promise<Ear> {
  const heard: Heard[] = [];
  const looks = new Set<() => void>();
  const refusal = Promise.withResolvers<never>();
  connection.subscribe(subject, {
    ...(queue !== undefined && { queue }),
    callback: (error, message) => {
      if (error) return refusal.reject(error);
      heard.push({ subject: message.subject, text: message.string() });
      for (const look of looks) look();
    },
  });
  refusal.promise.catch(() => undefined);
  // What refuses it comes before the answer to the second one.
  await Promise.race([connection.flush().then(() => connection.flush()), refusal.promise]);
  return {
    heard,
    until: (text) =>
      new Promise((resolve) => {
        const look = () => {
          const found = heard.find((one) => one.text.includes(text));
          if (!found) return;
          looks.delete(look);
          resolve(found);
        };
        looks.add(look);
        look();
      }),
  };
}

/** Publishes, and resolves to what the server says against it; undefined if nothing. */
export async function refusalOf(connection: NatsConnection, subject: string, body = '{}', reply?: string) {
  const refusals: string[] = [];
  const status = connection.status();
  const reading = (async () => {
    for await (const { type, permissionContext } of status)
      if (type === 'error' && permissionContext) refusals.push(permissionContext.subject);
  })();
  connection.publish(subject, body, reply === undefined ? {} : { reply });
  await connection.flush();
  await connection.flush();
  (status as unknown as { stop(): void }).stop();
  await reading;
  return refusals.find((refused) => refused === subject);
}
