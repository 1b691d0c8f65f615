import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, type Environment, playwrightFolders } from './cache.ts';
import { LocalError } from './errors.ts';
import { placesToLook, type ToolPlace } from './places.ts';
import { type RunCommand, runCommand } from './run.ts';
import { BINARY_TOOLS, type Tool, type ToolName } from './tools.ts';
import { createVerify } from './verified.ts';

export interface FindOptions {
  env: Environment;
  run?: RunCommand;
}
export type Chromium = ToolPlace & { kind: 'headless shell' | 'full' };

const list = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
};

const playwrightPrograms = async (tool: Tool, env: Environment): Promise<string[]> => {
  if (tool.playwright === undefined) return [];
  const { folder, program } = tool.playwright;
  const found: string[] = [];
  for (const base of playwrightFolders(env)) {
    const builds = (await list(base)).filter((name) => name.startsWith(folder)).sort();
    for (const build of builds.reverse()) {
      for (const part of await list(join(base, build))) {
        const names = [`${part}/chrome-headless-shell`, `${part}/chrome`];
        names.push(`${part}/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing`);
        found.push(...names.filter((name) => program.test(name)).map((name) => join(base, build, name)));
      }
    }
  }
  return found;
};

/** Where a tool is on this machine, if anywhere. Takes milliseconds once a program was verified. */
export const findTool = async (name: ToolName, options: FindOptions): Promise<ToolPlace | undefined> => {
  const { env, run = runCommand } = options;
  const tool = BINARY_TOOLS[name];
  const cacheDir = cacheFolder(env);
  const verify = createVerify(cacheDir, run, env);
  const facts = { path: env.PATH ?? '', cacheDir, playwrightPrograms: await playwrightPrograms(tool, env) };
  for (const place of placesToLook(tool, facts)) if (await verify(place.path, tool.proof)) return place;
  return undefined;
};

export const missing = (name: ToolName, label: string) =>
  new LocalError('binary_missing', `${label} is missing: ${BINARY_TOOLS[name].missing}`);

/** @throws LocalError binary_missing, saying what to install */
export const findNatsServer = async (options: FindOptions): Promise<string> => {
  const place = await findTool('nats-server', options);
  if (place === undefined) throw missing('nats-server', 'nats-server');
  return place.path;
};

const fromVariable = async ({ env, run = runCommand }: FindOptions): Promise<Chromium | undefined> => {
  const path = env.CHROMIUM_PATH;
  if (path === undefined || path === '') return undefined;
  if (!(await createVerify(cacheFolder(env), run, env)(path))) {
    throw new LocalError('binary_missing', `CHROMIUM_PATH=${path} is not a Chromium that starts here`);
  }
  return { path, origin: 'CHROMIUM_PATH', kind: /headless.shell/.test(path) ? 'headless shell' : 'full' };
};

/** Full Chromium, for runs with `headless: false`. */
export const findFullChromium = async (options: FindOptions): Promise<string | undefined> => {
  const given = await fromVariable(options);
  if (given?.kind === 'full') return given.path;
  return (await findTool('chromium', options))?.path;
};

/** CHROMIUM_PATH, else a headless shell, else full Chromium. */
export const lookForChromium = async (options: FindOptions): Promise<Chromium | undefined> => {
  const given = await fromVariable(options);
  if (given !== undefined) return given;
  const shell = await findTool('chromium-headless-shell', options);
  if (shell !== undefined) return { ...shell, kind: 'headless shell' };
  const full = await findTool('chromium', options);
  return full === undefined ? undefined : { ...full, kind: 'full' };
};

/** The Chromium to run flows with. @throws LocalError binary_missing, saying what to install */
export const findChromium = async (options: FindOptions): Promise<Chromium> => {
  const found = await lookForChromium(options);
  if (found === undefined) throw missing('chromium-headless-shell', 'Chromium');
  return found;
};
