import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall, aptUnpack, type GetContext } from './apt.ts';
import { cacheFolder, type Environment } from './cache.ts';
import { downloadRelease, downloadWithPlaywright } from './download.ts';
import { type Chromium, findChromium, findTool, lookForChromium, missing } from './find.ts';
import type { ToolPlace } from './places.ts';
import { type RunCommand, runCommand } from './run.ts';
import { BINARY_TOOLS, type Tool, type ToolName } from './tools.ts';
import { type WayToInstall, waysToGet } from './ways.ts';

export interface EnsureOptions {
  env: Environment;
  /** Receives one line for each thing found or done. */
  say: (line: string) => void;
  run?: RunCommand;
}

const HOMEBREW_MS = 15 * 60_000;

const DOING: Readonly<Record<WayToInstall, string>> = {
  'apt-install': 'installing it with apt-get',
  'apt-unpack': 'unpacking its Debian package into the cache',
  homebrew: 'installing it with Homebrew',
  playwright: "downloading Playwright's own build",
  release: 'downloading its release',
};

const get = async (way: WayToInstall, tool: Tool, context: GetContext): Promise<void> => {
  if (way === 'apt-install') return aptInstall(tool, context);
  if (way === 'apt-unpack') return aptUnpack(tool, context);
  if (way === 'playwright') return downloadWithPlaywright(tool, context);
  if (way === 'release') return downloadRelease(tool, context);
  await context.run('brew', ['install', ...(tool.homebrew ?? [])], {
    env: context.env,
    timeoutMs: HOMEBREW_MS,
  });
};

const hasCommand = (env: Environment) => (command: string) =>
  (env.PATH ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, command)));

const getTool = async (
  name: ToolName,
  label: string,
  options: EnsureOptions,
): Promise<ToolPlace | undefined> => {
  const { env, say, run = runCommand } = options;
  const tool = BINARY_TOOLS[name];
  const facts = {
    isRoot: process.getuid?.() === 0,
    platform: process.platform,
    arch: process.arch,
    has: hasCommand(env),
  };
  for (const way of waysToGet(tool, facts)) {
    say(`${label}: not found, ${DOING[way]} …`);
    await get(way, tool, { env, cacheDir: cacheFolder(env), run });
    const place = await findTool(name, options);
    if (place !== undefined) return place;
  }
  return undefined;
};

const report = (label: string, place: ToolPlace, got: boolean, say: EnsureOptions['say']): void =>
  say(got ? `${label}: ready, ${place.path}` : `${label}: found ${place.path} (${place.origin})`);

const ensureServer =
  (name: 'nats-server' | 'pgbouncer' | 'moto_server' | 'promtool' | 'kubectl') =>
  async (options: EnsureOptions): Promise<string> => {
    const found = await findTool(name, options);
    const place = found ?? (await getTool(name, name, options));
    if (place === undefined) throw missing(name, name);
    report(name, place, found === undefined, options.say);
    return place.path;
  };

/** Finds or installs nats-server. @throws LocalError binary_missing: one line saying what to install */
export const ensureNatsServer = ensureServer('nats-server');
/** The same of PgBouncer. */
export const ensurePgBouncer = ensureServer('pgbouncer');
/** The same of an S3 server. */
export const ensureMoto = ensureServer('moto_server');
/** The same of what checks metrics. */
export const ensurePromtool = ensureServer('promtool');
/** The same of what renders manifests. */
export const ensureKubectl = ensureServer('kubectl');

/**
 * Finds a Chromium, or installs the headless shell. @throws LocalError binary_missing: one line saying what to
 * install
 */
export const ensureChromium = async (options: EnsureOptions): Promise<Chromium> => {
  const found = await lookForChromium(options);
  if (found === undefined) await getTool('chromium-headless-shell', 'Chromium', options);
  const chromium = found ?? (await findChromium(options));
  const label = chromium.kind === 'full' ? 'Chromium' : 'Chromium (headless shell)';
  report(label, chromium, found === undefined, options.say);
  return chromium;
};
