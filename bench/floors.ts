import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, Empty } from 'nats';
import { Client } from 'pg';
import { chromium } from 'playwright';
import { findChromium, findNatsServer } from '#shared/adapters/binaries/binaries.ts';
import { startNats } from '../services/cli/local/nats.ts';
import { randomSecret } from '../services/cli/local/secret.ts';
import { rawFlow } from './raw/flow.ts';
import { sample, timed } from './support/median.ts';

/** What the parts cost without us, ms, each sampled on its own. */
export interface Floors {
  request: number[];
  commit: number[];
  abort: number[];
  close: number[];
  /** Times of the flow's steps, one after the other. */
  steps: number[][];
}

/** `url`: of the flow's page. */
export async function measureFloors(databaseUrl: string, url: string, rounds: number): Promise<Floors> {
  const [request, commit, browser] = [
    await requestFloor(rounds),
    await commitFloor(databaseUrl, rounds),
    await browserFloor(url, rounds),
  ];
  return { request, commit, ...browser };
}

/** Between two runs; a process that has slept so long is slower than one in a loop. */
const RHYTHM_MS = 200;

async function timedInRhythm(work: () => Promise<unknown>): Promise<number> {
  await delay(RHYTHM_MS);
  return timed(work);
}

async function requestFloor(rounds: number): Promise<number[]> {
  const storeDir = await mkdtemp(join(tmpdir(), 'ghostly-bench-'));
  const credentials = { service: randomSecret(), reader: randomSecret() };
  const nats = await startNats({ binary: await findNatsServer({ env: process.env }), storeDir, credentials });
  try {
    const { host, username: user, password: pass } = new URL(nats.serviceUrl);
    const [asks, answers] = [
      await connect({ servers: host, user, pass }),
      await connect({ servers: host, user, pass }),
    ];
    answers.subscribe('echo', { callback: (_, message) => message.respond(Empty) });
    await answers.flush();
    const samples = await sample(rounds, () => timedInRhythm(() => asks.request('echo')));
    await Promise.all([asks.close(), answers.close()]);
    return samples;
  } finally {
    await nats.stop();
    await rm(storeDir, { recursive: true, force: true });
  }
}

async function commitFloor(databaseUrl: string, rounds: number): Promise<number[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('create table bench_floor (id int, body jsonb)');
    return await sample(rounds, () =>
      timedInRhythm(() => client.query('insert into bench_floor values (1, $1)', ['{"a":1}'])),
    );
  } finally {
    await client.query('drop table bench_floor');
    await client.end();
  }
}

async function browserFloor(url: string, rounds: number): Promise<Pick<Floors, 'abort' | 'close' | 'steps'>> {
  const { path } = await findChromium({ env: process.env });
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
  const close: number[] = [];
  const flows: number[][] = [];
  const abort = await sample(rounds, async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const stop = new AbortController();
    const waiting = page.waitForSelector('#never', { signal: stop.signal }).catch(() => undefined);
    await page.evaluate(() => 1);
    const cost = await timed(() => {
      stop.abort();
      return waiting;
    });
    close.push(await timed(() => context.close()));
    flows.push(await rawFlow(browser, url));
    return cost;
  });
  await browser.close();
  const steps = [0, 1, 2].map((step) => flows.map((times) => times[step]!));
  return { abort, close, steps };
}
