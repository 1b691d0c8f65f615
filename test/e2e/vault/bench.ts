/* A stack with everything that could keep a secret, a bank to log in at, and what its vault has of that. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect } from 'vitest';
import { VISUALISER_DIR } from '../../support/build/build.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { afterFile } from '../../support/file-hooks.ts';
import { foundIn } from '../../support/secret-forms.ts';
import { startReceiver, type WebhookReceiver } from '../../support/servers/webhook-receiver.ts';
import { type BankSite, startBank } from '../../support/sites/bank-site.ts';
import { runCli } from '../../support/stack/cli.ts';
import { heapStrings, writesHeapTo } from '../../support/stack/heap-strings.ts';
import { type StackBench, useStack } from '../../support/stack/use-stack.ts';
import { startCollector } from '../../support/traces/collector.ts';

export const PASSWORD = 'Tr0ub4dor & "3" <ñ/é>';
export const SEED = 'JBSWY3DPEHPK3PXPKRUGKIDROVUWG2ZA';
const ACCOUNT = { user: 'ann', password: PASSWORD, seed: SEED, period: 15, digits: 8 } as const;
const URI = `otpauth://totp/Bank:ann?secret=${SEED}&issuer=Bank&digits=8&period=15`;

export interface VaultBench extends StackBench {
  bank: BankSite;
  receiver: WebhookReceiver;
  env: { GHOSTLY_URL: string; GHOSTLY_API_KEY: string };
}

const collector = await startCollector();
const heaps = await mkdtemp(join(tmpdir(), 'heaps-'));
let ofThisFile: VaultBench | undefined;

export function useVault(): VaultBench {
  ofThisFile ??= startForThisFile();
  return ofThisFile;
}

function startForThisFile(): VaultBench {
  const stack = useStack({
    env: {
      LOG_LEVEL: 'trace',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      GHOSTLY_WEB_DIR: VISUALISER_DIR,
      NODE_OPTIONS: writesHeapTo(heaps),
    },
  });
  const own = {} as VaultBench;
  const bench = new Proxy(own, {
    get: (target, name) => Reflect.get(name in target ? target : stack, name),
  });
  beforeAll(async () => {
    own.bank = await startBank(ACCOUNT);
    own.receiver = await startReceiver();
    own.env = { GHOSTLY_URL: stack.client.url, GHOSTLY_API_KEY: stack.stack.apiKey };
    const project = await stack.client.project();
    const { url } = own.receiver;
    const hook = { url, events: ['run.queued', 'run.finished'] };
    await stack.client.request('POST', `/v1/projects/${project}/webhooks`, { body: hook });
    await giveSecrets(bench);
  });
  afterAll(async () => {
    await own.bank?.[Symbol.asyncDispose]();
    await own.receiver?.[Symbol.asyncDispose]();
    await rm(heaps, { recursive: true, force: true });
  });
  afterFile(async () => {
    ofThisFile = undefined;
  });
  return bench;
}

async function giveSecrets({ client, bank }: VaultBench): Promise<void> {
  const path = `/v1/projects/${await client.project()}/secrets`;
  const origins = [bank.url];
  const bodies = {
    bank: { kind: 'login', username: ACCOUNT.user, password: PASSWORD, origins },
    bank_code: { kind: 'totp', uri: URI, origins },
    slow_code: { kind: 'totp', uri: URI.replace('period=15', 'period=60'), origins },
  };
  for (const [name, body] of Object.entries(bodies)) {
    const { status, text } = await client.request('PUT', `${path}/${name}`, { body });
    expect({ status, text }).toMatchObject({ status: 200 });
  }
}

/** Waits for what services send at times late of runs that have ended: their spans, and that they have. */
export const haveSent = ({ receiver }: VaultBench, ids: readonly string[]): Promise<void> =>
  eventually(() => {
    const spans = JSON.stringify(collector.spans);
    for (const id of ids) {
      expect(spans).toContain(id);
      expect(receiver.received).toContainEqual(expect.objectContaining({ type: 'run.finished', runId: id }));
    }
  });

const sentOf = ({ receiver }: VaultBench): Map<string, Buffer> =>
  new Map([
    ['traces', Buffer.from(JSON.stringify(collector.spans))],
    ['webhooks', Buffer.from(receiver.received.map(({ body }) => body).join('\n'))],
  ]);

/** Everything that is kept of anything, by place. */
export async function placesOf(bench: VaultBench): Promise<Map<string, Buffer>> {
  const { stack, gateway } = bench;
  const tables = await rows<{ name: string }>(
    stack.databaseUrl,
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const dump = [];
  for (const { name } of tables)
    dump.push(
      ...(await rows<{ text: string }>(
        stack.databaseUrl,
        `select t::text || to_jsonb(t)::text as text from "${name}" as t`,
      )),
    );
  return new Map([
    ['database', Buffer.from(dump.map(({ text }) => text).join('\n'))],
    ['NATS', await filesIn(stack.nats.storeDir)],
    ['artifacts', await filesIn(join(stack.home, 'artifacts'))],
    ['logs', Buffer.from(stack.logs())],
    ...sentOf(bench),
    ['heap of the gateway', Buffer.from((await heapStrings(gateway, heaps)).join('\n'))],
  ]);
}

async function filesIn(folder: string): Promise<Buffer> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile());
  const contents = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name))));
  const packed = contents.filter((_, at) => files[at]!.name.endsWith('.gz'));
  return Buffer.concat([...contents, ...packed.map((bytes) => gunzipSync(bytes))]);
}

/** Each place and form in which one of these secrets is. */
export function whereFound(places: Map<string, Buffer>, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) =>
    [...places].flatMap(([place, bytes]) =>
      foundIn(bytes, secret).map((form) => `${secret} in ${place}: ${form}`),
    ),
  );
}

/** `ghostly` with these arguments. */
export const ghostly = ({ env }: VaultBench, args: readonly string[], input = '') =>
  runCli(args, { env, input });
