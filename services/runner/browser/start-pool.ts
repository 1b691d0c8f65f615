import { join } from 'node:path';
import { findChromium, findFullChromium } from '#shared/adapters/binaries/binaries.ts';
import { outerProxiesOf } from '#shared/adapters/egress/outer-proxy.ts';
import type { Config } from '#shared/platform/config/config.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { startEgress } from '../egress/egress.ts';
import { findBrowserUser, findEncoderUser } from './chromium/browser-user.ts';
import { removeLeftTempDirs } from './chromium/janitor.ts';
import { makeTempDir } from './chromium/temp-dir.ts';
import { findFfmpeg } from './evidence/ffmpeg.ts';
import { type BrowserPool, createBrowserPool } from './pool.ts';

export interface PoolStart {
  config: Config<
    | 'GHOSTLY_HOME'
    | 'GHOSTLY_SANDBOX'
    | 'GHOSTLY_EGRESS'
    | 'GHOSTLY_SHARE_BROWSERS'
    | 'GHOSTLY_SPARE_CONTEXTS'
    | 'GHOSTLY_MAX_PLAYWRIGHT_TRACE_MIB'
  >;
  /** Id of the runner. */
  id: string;
  slots: number;
  /** The runner's own environment: its TMPDIR is set here, as Playwright puts its profiles there. */
  env: Record<string, string | undefined>;
  log: Log;
  /** Closes what is started here. */
  resources: AsyncDisposableStack;
}

/** Finds Chromium, and meanwhile starts its only way out; then a browser pool with its temporary folder. */
export async function startPool({ config, id, slots, env, log, resources }: PoolStart): Promise<BrowserPool> {
  const tempRoot = join(config.GHOSTLY_HOME, 'tmp');
  const starting = startEgress({ policy: config.GHOSTLY_EGRESS, outer: outerProxiesOf(env), log });
  starting.catch(() => undefined); // awaited below, unless something else fails before
  resources.defer(() => starting.then((egress) => egress[Symbol.asyncDispose]()).catch(() => undefined));
  const [chromium, fullPath, ffmpegPath] = await Promise.all([
    findChromium({ env }),
    findFullChromium({ env }),
    findFfmpeg(env.PATH),
    removeLeftTempDirs(tempRoot),
  ]);
  const user = findBrowserUser([chromium.path, fullPath]);
  const encoderUser = user && ffmpegPath ? findEncoderUser(ffmpegPath) : undefined;
  const { path: tempDir, privatePath, videos } = resources.use(await makeTempDir(tempRoot, id, user));
  env.TMPDIR = tempDir;

  const egress = await starting;
  const pool = createBrowserPool({
    headlessPath: chromium.kind === 'headless shell' ? chromium.path : undefined,
    sandbox: config.GHOSTLY_SANDBOX,
    privateDir: privatePath,
    environment: env,
    shareBrowsers: config.GHOSTLY_SHARE_BROWSERS,
    mostSpares: config.GHOSTLY_SPARE_CONTEXTS,
    mostTraceMib: config.GHOSTLY_MAX_PLAYWRIGHT_TRACE_MIB,
    mostBrowsers: slots + 1,
    // All runs may fail at once, as when their site is down.
    mostLateVideos: Math.max(4, slots),
    fullPath,
    ffmpegPath,
    tempDir,
    videos,
    user,
    encoderUser,
    egress,
    log,
  });
  resources.defer(() => pool.close());
  return pool;
}
