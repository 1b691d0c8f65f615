import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder of what set-up installed for this user. Independent of GHOSTLY_HOME, so that all stacks and tests share
 * it.
 */
export const cacheFolder = (env: Environment): string =>
  join(env.XDG_CACHE_HOME || join(env.HOME || '/var/tmp', '.cache'), 'ghostly');

/** Folders that may contain Playwright's own builds. */
export const playwrightFolders = (env: Environment): string[] => [
  ...(env.PLAYWRIGHT_BROWSERS_PATH && env.PLAYWRIGHT_BROWSERS_PATH !== '0'
    ? [env.PLAYWRIGHT_BROWSERS_PATH]
    : []),
  join(cacheFolder(env), 'playwright'),
  ...(env.HOME
    ? [join(env.HOME, '.cache/ms-playwright'), join(env.HOME, 'Library/Caches/ms-playwright')]
    : []),
];
