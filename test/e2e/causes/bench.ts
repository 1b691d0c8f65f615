import { afterAll, beforeAll, expect } from 'vitest';
import type { RunDetail } from '#shared/api/client/index.ts';
import { historyOf } from '#shared/domain/story/evolve.ts';
import { momentAt } from '#shared/domain/story/moment.ts';
import { withEvents } from '#shared/domain/story/when.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import { sayEnd } from '#shared/domain/words/say-end.ts';
import { eventually, promisedMs, scaledMs } from '../../support/eventually.ts';
import { afterFile, afterThisTest } from '../../support/file-hooks.ts';
import type { Client, FlowStep } from '../../support/http/client.ts';
import { openStream, type SseMessage } from '../../support/http/sse.ts';
import { type PostgresServer, startPostgresServer } from '../../support/servers/postgres-server.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';

/** What is so has to be said by then, ms. */
export const SAID_WITHIN_MS = promisedMs(3_000);
/** Ends only by a cancel, or after two minutes. */
export const NEVER: FlowStep = { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 };
export const GOTO: FlowStep = { action: 'goto', url: '/plain' };

interface Bench {
  postgres: PostgresServer;
  stack: Stack;
  site: TestSite;
  client: Client;
}

let ofThisFile: ReturnType<typeof startForThisFile> | undefined;

/** For the top of a suite: those of a file share a stack, whose PostgreSQL and NATS are its own. */
export function useCauses() {
  ofThisFile ??= startForThisFile();
  return ofThisFile;
}

function startForThisFile() {
  const bench = {} as Bench;
  beforeAll(async () => {
    [bench.postgres, bench.site] = await Promise.all([startPostgresServer(), startSite()]);
    const env = {
      RUNNER_SLOTS: '2',
      GHOSTLY_LEASE_MS: String(scaledMs(10_000)),
      GHOSTLY_CANCEL_GRACE_MS: String(scaledMs(2_500)),
    };
    bench.stack = await createStack({ env, databaseUrl: bench.postgres.url });
    const kinds = ['gateway', 'supervisor', 'runner'] as const;
    const [gateway] = await Promise.all(kinds.map((kind) => bench.stack.start(kind)));
    bench.client = await bench.stack.clientOf(gateway!);
  });
  afterAll(() => bench.site?.close());
  afterFile(async () => {
    ofThisFile = undefined;
  });
  return Object.assign(bench, actsOn(bench));
}

/** What a run was said to wait for, since it was listened to. */
interface Heard {
  all(): string[];
  /** Resolves to the first sentence like this, past or future. */
  until(pattern: RegExp, timeoutMs?: number): Promise<string>;
}

const sentenceOf = ({ event, data }: SseMessage): string =>
  event === 'hint' ? (data as unknown as { waitingFor: { for: string } }).waitingFor.for : '';

function actsOn(bench: Bench) {
  const start = (steps: FlowStep[], more: object = {}) =>
    bench.client.start({ baseUrl: bench.site.url, steps, ...more });
  const read = async (id: string) =>
    (await bench.client.request<RunDetail>('GET', `/v1/runs/${id}?hints=1`)).body;
  return {
    start,
    read,
    /** For this test. */
    async startOnly(kind: 'gateway' | 'runner', env: NodeJS.ProcessEnv): Promise<ServiceProcess> {
      const service = await bench.stack.start(kind, env);
      afterThisTest(async () => void (await service.stop()));
      return service;
    },
    async listen(id: string): Promise<Heard> {
      const address = `${bench.client.url}/v1/runs/${id}/events/stream?hints=1`;
      const watch = await openStream(address, { 'X-Api-Key': bench.stack.apiKey });
      afterThisTest(async () => watch.close());
      return {
        all: () => watch.messages.map(sentenceOf).filter((sentence) => sentence !== ''),
        until: async (pattern, timeoutMs) =>
          sentenceOf(await watch.until((message) => pattern.test(sentenceOf(message)), timeoutMs)),
      };
    },
    /** Started, and at its second step. */
    async atStep(more: object = {}, step = NEVER): Promise<string> {
      const id = await start([GOTO, step], more);
      await eventually(async () => expect((await read(id)).waitingFor).toMatchObject({ step: 1 }));
      return id;
    },
    /** Ends it, and waits for that. */
    async end(...ids: string[]) {
      for (const id of ids) {
        await bench.client.cancel(id);
        await (await bench.client.watch(id)).ended();
        expect(await bench.client.read(id)).toMatchObject({ status: 'fail' });
      }
    },
    /** Why it has ended, as every face says it, and what it says besides. */
    async endOf(id: string, client = bench.client): Promise<{ said: string; run: RunDetail }> {
      await client.ended(id);
      const { body: run } = await client.request<RunDetail>('GET', `/v1/runs/${id}`);
      const startedAt = Date.parse(run.startedAt);
      const moment = momentAt(historyOf(startedAt, withEvents([], run.events ?? [])));
      const { sentences, error } = sayEnd(run, moment, englishWords, Date.now());
      return { said: [textOfSentences(sentences), error].filter(Boolean).join(' '), run };
    },
  };
}
