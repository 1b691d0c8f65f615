import { join } from 'node:path';
import type { Environment } from '#shared/adapters/binaries/binaries.ts';
import { PLAYWRIGHT, SCRIPTS, SERVICES, WEB_APP } from '#shared/platform/build/parts.ts';
import type { ServiceKind } from '#shared/platform/config/services.ts';
import { ensureBuilt } from '../setup/ensure-built.ts';

export interface BuildNeeds {
  /** The folder of the repository. */
  root: string;
  env: Environment;
  say: (line: string) => void;
}

export type ServiceScripts = Readonly<Record<ServiceKind, string>>;

/** What starts the services: the bundle, built if its sources are newer, or if that fails the sources themselves. */
export async function serviceScripts({ root, say }: BuildNeeds): Promise<ServiceScripts> {
  const ensured = [PLAYWRIGHT, SERVICES].map((part) => ensureBuilt(root, part, say));
  const [browsers, folder] = await Promise.all(ensured);
  const script = (kind: ServiceKind) =>
    browsers && folder ? join(folder, `${kind}.js`) : join(root, SCRIPTS[kind]);
  return { gateway: script('gateway'), runner: script('runner'), supervisor: script('supervisor') };
}

/**
 * The folder of the web app for the gateways to serve: the one set in the environment, or our own, built if its sources
 * are newer. Undefined if it cannot be built; everything else works without it.
 */
export async function webAppFolder({ root, env, say }: BuildNeeds): Promise<string | undefined> {
  return env.GHOSTLY_WEB_DIR || ensureBuilt(root, WEB_APP, say);
}
