import { userInfo } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder of what set-up installed for this user. Independent of GHOSTLY_HOME, so that all stacks and tests share
 * it.
 */
export const cacheFolder = (env: Environment): string =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homeOfUser(), '.cache'), 'ghostly');

/** A service that systemd starts as root has no HOME. Others could have put programs into a folder for everyone. */
function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '/var/tmp'; // there is no such user, as in a container with any user id
  }
}

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
