import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Environment } from './cache.ts';
import { unpackedFolder, unpackedLauncher } from './places.ts';
import type { RunCommand } from './run.ts';
import type { Tool } from './tools.ts';

export interface GetContext {
  env: Environment;
  cacheDir: string;
  run: RunCommand;
}

/** Without network apt would retry for minutes. */
const IMPATIENT = [
  '-o',
  'Acquire::http::Timeout=15',
  '-o',
  'Acquire::https::Timeout=15',
  '-o',
  'Acquire::Retries=1',
];
const LONG_MS = 15 * 60_000;
const UPDATE_MS = 120_000;

const packagesOf = ({ debian }: Tool): string[] => [debian.package, ...(debian.with ?? [])];

/** Packages that `apt-get -s install` would add: the tool's and those of its libraries that are not there. */
export const simulatedPackages = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => /^Inst (\S+)/.exec(line)?.[1] ?? []);

export const aptInstall = async (tool: Tool, { env, run }: GetContext): Promise<void> => {
  const quiet = { ...env, DEBIAN_FRONTEND: 'noninteractive' };
  const args = [...IMPATIENT, 'install', '-y', '--no-install-recommends', ...packagesOf(tool)];
  const first = await run('apt-get', args, { env: quiet, timeoutMs: LONG_MS });
  if (first.ok) return;
  // No package lists yet, as in a fresh container, or lists too old for what the mirror still has.
  await run('apt-get', [...IMPATIENT, 'update'], { env: quiet, timeoutMs: UPDATE_MS });
  await run('apt-get', args, { env: quiet, timeoutMs: LONG_MS });
};

/**
 * Runs an unpacked program with the libraries and fonts beside it. It is exec'd, so that the pid is the browser's
 * own.
 */
export const launcher = (
  folder: string,
  program: string,
  libraryFolders: readonly string[],
): string => `#!/bin/sh
export LD_LIBRARY_PATH="${libraryFolders.join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
[ ! -d "${folder}/usr/lib/python3" ] || export PYTHONPATH="${folder}/usr/lib/python3/dist-packages"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="${folder}/fonts.conf"
exec "${folder}/${program}" "$@"
`;

const fontsConfig = (folder: string) =>
  `<?xml version="1.0"?>\n<fontconfig><dir>${folder}/usr/share/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>\n`;

const libraryFolders = async (folder: string): Promise<string[]> => {
  const found: string[] = [];
  for (const base of ['usr/lib', 'lib']) {
    if (!existsSync(join(folder, base))) continue;
    const triples = (await readdir(join(folder, base))).filter((name) => name.includes('-linux-gnu'));
    found.push(...triples.map((name) => join(folder, base, name)));
  }
  return found;
};

/** Downloads a package with the libraries it lacks and unpacks them into the cache: needs no root. */
export const aptUnpack = async (tool: Tool, context: GetContext): Promise<void> => {
  const { env, cacheDir, run } = context;
  const folder = unpackedFolder(cacheDir, tool);
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(join(dirname(folder), '.get-'));
  try {
    if (!(await downloadPackages(tool, context, work))) return;
    const root = join(work, 'root');
    for (const name of (await readdir(work)).filter((file) => file.endsWith('.deb'))) {
      const { ok } = await run('dpkg-deb', ['-x', join(work, name), root], { env, timeoutMs: UPDATE_MS });
      if (!ok) return;
    }
    await rm(folder, { recursive: true, force: true });
    await rename(root, folder);
    await writeFile(join(folder, 'fonts.conf'), fontsConfig(folder));
    const script = unpackedLauncher(cacheDir, tool);
    await mkdir(dirname(script), { recursive: true });
    await writeFile(script, launcher(folder, tool.debian.program, await libraryFolders(folder)));
    await chmod(script, 0o755);
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(join(cacheDir, 'apt'), { recursive: true, force: true });
  }
};

/** Downloads them into `cwd`: by the machine's package lists, or by lists of our own if those know nothing. */
const downloadPackages = async (
  tool: Tool,
  { env, cacheDir, run }: GetContext,
  cwd: string,
): Promise<boolean> => {
  const lists = join(cacheDir, 'apt/lists');
  const own = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${join(cacheDir, 'apt')}`];
  const packages = async (options: string[]) => {
    const args = [...options, '-s', 'install', '--no-install-recommends', ...packagesOf(tool)];
    return simulatedPackages((await run('apt-get', args, { env, timeoutMs: UPDATE_MS })).lines);
  };
  let options = IMPATIENT;
  let wanted = await packages(options);
  if (wanted.length === 0) {
    options = [...IMPATIENT, ...own];
    await mkdir(join(lists, 'partial'), { recursive: true });
    await mkdir(join(cacheDir, 'apt/archives/partial'), { recursive: true });
    await run('apt-get', [...options, 'update'], { env, timeoutMs: UPDATE_MS });
    wanted = await packages(options);
  }
  if (wanted.length === 0) return false;
  const args = [...options, 'download', ...wanted];
  return (await run('apt-get', args, { env, timeoutMs: LONG_MS, cwd })).ok;
};
