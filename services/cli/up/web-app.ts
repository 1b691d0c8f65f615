import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '#shared/binaries/binaries.ts';

export interface WebAppOptions {
  /** Of the repository. */
  root: string;
  env: Environment;
  say: (line: string) => void;
}

const BUILD_WITHIN_MS = 60_000;

/**
 * The folder of the web app for the gateways to serve: the one set in the environment, or our own, built if its sources
 * are newer. Undefined if it cannot be built; everything else works without it.
 */
export async function prepareWebApp({ root, env, say }: WebAppOptions): Promise<string | undefined> {
  if (env.GHOSTLY_WEB_DIR) return env.GHOSTLY_WEB_DIR;
  const script = join(root, 'services/visualiser/build.ts');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: BUILD_WITHIN_MS });
    say(`web app: ${stdout.trim()}`);
    return join(root, 'services/visualiser/dist');
  } catch (error) {
    const [line = ''] = String((error as { stderr?: unknown }).stderr ?? error)
      .trim()
      .split('\n')
      .slice(-1);
    say(`the web app could not be built and is not served (${line})`);
    return undefined;
  }
}
