import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { GetContext } from './apt.ts';
import { releaseProgram } from './places.ts';
import type { Tool } from './tools.ts';

/** The same that the images have: `NATS_VERSION` in shared/adapters/bus/server-version.ts. */
const NATS_RELEASE = 'v2.14.7';
const RELEASES = 'https://github.com/nats-io/nats-server/releases/download';
const CONNECT_MS = 8_000;
const DOWNLOAD_MS = 180_000;
const PLAYWRIGHT_MS = 10 * 60_000;

export const releaseName = (platform: NodeJS.Platform, arch: string): string =>
  `nats-server-${NATS_RELEASE}-${platform}-${arch === 'x64' ? 'amd64' : arch}`;

/** The SHA-256 that a `SHA256SUMS` text gives for `name`. */
export const checksumOf = (sums: string, name: string): string | undefined =>
  sums
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, file]) => file?.replace(/^\*/, '') === name)?.[0];

const fetchBytes = async (url: string): Promise<Buffer | undefined> => {
  const connect = new AbortController();
  const timer = setTimeout(() => connect.abort(), CONNECT_MS);
  try {
    const signal = AbortSignal.any([connect.signal, AbortSignal.timeout(DOWNLOAD_MS)]);
    const response = await fetch(url, { signal });
    clearTimeout(timer);
    return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
};

export const downloadRelease = async (tool: Tool, { env, cacheDir, run }: GetContext): Promise<void> => {
  const name = releaseName(process.platform, process.arch);
  const sums = await fetchBytes(`${RELEASES}/${NATS_RELEASE}/SHA256SUMS`);
  const archive = sums && (await fetchBytes(`${RELEASES}/${NATS_RELEASE}/${name}.tar.gz`));
  if (sums === undefined || archive === undefined) return;
  const sum = createHash('sha256').update(archive).digest('hex');
  if (sum !== checksumOf(sums.toString('utf8'), `${name}.tar.gz`)) return;

  const program = releaseProgram(cacheDir, tool);
  await mkdir(dirname(program), { recursive: true });
  const work = await mkdtemp(join(dirname(program), '.get-'));
  try {
    await writeFile(join(work, 'release.tar.gz'), archive);
    const args = ['-xzf', join(work, 'release.tar.gz'), '-C', work];
    const { ok } = await run('tar', args, { env, timeoutMs: DOWNLOAD_MS });
    if (!ok) return;
    await copyFile(join(work, name, 'nats-server'), `${program}.new`);
    await rename(`${program}.new`, program);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

export const downloadWithPlaywright = async (
  tool: Tool,
  { env, cacheDir, run }: GetContext,
): Promise<void> => {
  if (tool.playwright === undefined) return;
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js');
  await run(process.execPath, [cli, 'install', tool.playwright.install], {
    env: {
      ...env,
      PLAYWRIGHT_BROWSERS_PATH: join(cacheDir, 'playwright'),
      PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: String(CONNECT_MS),
    },
    timeoutMs: PLAYWRIGHT_MS,
  });
};
