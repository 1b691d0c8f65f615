import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';
import { findChromium, findFullChromium } from '#shared/adapters/binaries/binaries.ts';
import { type Flow, flowSchema } from '#shared/domain/flow/flow.ts';
import { commandLine } from '#shared/platform/process/identity.ts';
import { makeTempDir, OWNER_FILE } from '../../../../services/runner/browser/chromium/temp-dir.ts';
import { findFfmpeg } from '../../../../services/runner/browser/evidence/ffmpeg.ts';
import type { OpenRequest } from '../../../../services/runner/browser/open-request.ts';
import type { PerformedStep } from '../../../../services/runner/browser/page/perform.ts';
import { uploadFoldersOf } from '../../../../services/runner/browser/page/uploads.ts';
import {
  type BrowserPool,
  type BrowserPoolOptions,
  createBrowserPool,
} from '../../../../services/runner/browser/pool.ts';
import type { RunBrowser } from '../../../../services/runner/browser/run-browser.ts';
import { type Egress, startEgress } from '../../../../services/runner/egress/egress.ts';
import { eventually, PATIENCE_MS } from '../../../support/eventually.ts';
import { has } from '../../../support/machine.ts';
import { startSite, type TestSite } from '../../../support/sites/site.ts';
import { vaultWithoutKeys } from './vault-without-keys.ts';

export interface BrowserBench extends AsyncDisposable {
  site: TestSite;
  pool: BrowserPool;
  egress: Egress;
  /** Artifacts root. */
  artifacts: string;
  tempDir: string;
  logged: { level: 'info' | 'warn'; message: string }[];
  flow(steps: object[], more?: object): Flow;
  open(
    flow: Flow,
    more?: Partial<
      Pick<
        OpenRequest,
        'runId' | 'projectId' | 'epoch' | 'abandoned' | 'artifacts' | 'vault' | 'begins' | 'showLive'
      >
    > & {
      uploadDir?: string;
    },
  ): Promise<RunBrowser>;
  /** Opens, runs all steps up to the first that fails, closes. */
  run(steps: object[], more?: object, uploadDir?: string): Promise<PerformedStep[]>;
}

const NO_PROXIES = { http: undefined, https: undefined, not: undefined };

/** A signal that is never raised. */
export const LIVE = new AbortController().signal;

/** The time of a step that uses it up, ms: on a slow machine its page needs longer, by four times at most, to tell what it lacked. */
export const patiently = (ms: number): number => Math.round(ms * Math.min(4, PATIENCE_MS / 30_000));

/** A site, and the egress proxy through which browsers reach it. */
export interface Ground extends AsyncDisposable {
  site: TestSite;
  egress: Egress;
}

const SILENT: BrowserPoolOptions['log'] = { info: () => undefined, warn: () => undefined };

async function startGround(policy = 'any', log = SILENT): Promise<Ground> {
  const site = await startSite();
  const egress = await startEgress({ policy, outer: NO_PROXIES, log });
  const dispose = async () => {
    await egress[Symbol.asyncDispose]();
    await site.close();
  };
  return { site, egress, [Symbol.asyncDispose]: dispose };
}

/** One for all benches of a file. */
export function useGround(): () => Ground {
  let ground: Ground;
  beforeAll(async () => {
    ground = await startGround();
  });
  afterAll(() => ground?.[Symbol.asyncDispose]());
  return () => ground;
}

/**
 * A pool of its own on the machine's Chromium, on a ground of its own for a policy; after disposal no process and no temp
 * file is left.
 */
export async function createBench(
  options: Partial<Omit<BrowserPoolOptions, 'egress'>> = {},
  on: Ground | string = 'any',
): Promise<BrowserBench> {
  const outerTmp = process.env.TMPDIR;
  const home = await mkdtemp(join(tmpdir(), 'ghostly-test-browser-'));
  // The greatest depth of a home.
  const folder = await makeTempDir(join(home, 'd'.repeat(80)), 'test');
  const tempDir = folder.path;
  const found = await findChromium({ env: process.env });
  const fullPath = await findFullChromium({ env: process.env });
  process.env.TMPDIR = tempDir;
  const logged: BrowserBench['logged'] = [];
  const log: BrowserPoolOptions['log'] = {
    info: (_, message) => void logged.push({ level: 'info', message }),
    warn: (_, message) => void logged.push({ level: 'warn', message }),
  };
  const own = typeof on === 'string' ? await startGround(on, log) : undefined;
  const { site, egress } = own ?? (on as Ground);
  const pool = createBrowserPool({
    headlessPath: found.kind === 'headless shell' ? found.path : undefined,
    fullPath,
    ffmpegPath: await findFfmpeg(process.env.PATH),
    // Where Chromium has none, that would be said in every test.
    sandbox: process.getuid?.() !== 0 && (await has('user namespaces')) ? 'auto' : 'off',
    tempDir,
    environment: process.env,
    egress,
    log,
    ...options,
  });
  const artifacts = join(home, 'artifacts');
  const flow = (steps: object[], more: object = {}) =>
    flowSchema.parse({ baseUrl: site.url, steps, ...more });
  let runs = 0;
  const open: BrowserBench['open'] = (plan, more = {}) => {
    const { runId, projectId = 'project', epoch = 1, uploadDir, abandoned } = more;
    const keptIn = more.artifacts ?? artifactsInFolder(artifacts);
    runs += 1;
    const id = runId ?? `run-${runs}`;
    return pool.open({
      runId: id,
      projectId,
      flow: plan,
      vault: more.vault ?? vaultWithoutKeys(plan, { runId: id }),
      answers: { valueOf: () => undefined },
      begins: more.begins,
      artifacts: keptIn,
      epoch,
      uploadFolders: uploadFoldersOf(uploadDir, projectId),
      logFields: { runId: id, epoch },
      now: Date.now,
      showLive: more.showLive,
      ...(abandoned && { abandoned }),
    });
  };

  async function run(steps: object[], more: object = {}, uploadDir?: string): Promise<PerformedStep[]> {
    const plan = flow(steps, more);
    const browser = await open(plan, uploadDir === undefined ? {} : { uploadDir });
    const outcomes: PerformedStep[] = [];
    try {
      for (const index of plan.steps.keys()) {
        const outcome = await browser.perform(index, LIVE);
        outcomes.push(outcome);
        if (!outcome.ok && plan.steps[index]?.optional !== true) break;
      }
      return outcomes;
    } finally {
      await browser.close({ keepVideo: false, reason: 'test over' });
    }
  }

  async function dispose(): Promise<void> {
    await pool.close();
    await own?.[Symbol.asyncDispose]();
    try {
      // Playwright removes the profile of a killed browser on its own, a little later; what such a Chromium has made by
      // itself goes with the folder of its runner.
      await eventually(async () =>
        expect((await readdir(tempDir)).filter((name) => !/^(\.|org\.chromium\.)/.test(name))).toEqual([
          OWNER_FILE,
        ]),
      );
    } finally {
      if (outerTmp === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = outerTmp;
      await folder[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    }
  }

  return { site, pool, egress, artifacts, tempDir, logged, flow, open, run, [Symbol.asyncDispose]: dispose };
}

/** Pids of living processes whose command line names `needle`. */
export async function processesNaming(needle: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter(Number.isInteger);
  const lines = await Promise.all(pids.map(async (pid) => ({ pid, line: await commandLine(pid) })));
  return lines.filter(({ line }) => line?.includes(needle)).map(({ pid }) => pid);
}
