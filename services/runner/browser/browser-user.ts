import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOWER_BY } from './priority.ts';

/**
 * The user that Chromium runs as if the runner is root, because it has no sandbox as root. A user id without a name
 * that Debian and systemd never assign, owning nothing but the folder for its profiles.
 */
export interface BrowserUser {
  uid: number;
  gid: number;
}

const USER: BrowserUser = { uid: 61_100, gid: 61_100 };
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const PATIENCE_MS = 10_000;

const command = ({ uid, gid }: BrowserUser) => [
  'setpriv',
  ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--inh-caps=-all', '--no-new-privs', '--'],
];

/** Whether this user can start each of the programs, and create the user namespaces that Chromium's sandbox needs. */
export function findBrowserUser(programs: readonly (string | undefined)[]): BrowserUser | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const works = (...args: string[]) => {
    const [setpriv = '', ...rest] = [...command(USER), ...args];
    const options = {
      env: { PATH, HOME: '/nonexistent' },
      cwd: '/',
      stdio: 'ignore',
      timeout: PATIENCE_MS,
    } as const;
    return spawnSync(setpriv, rest, options).status === 0;
  };
  const found = programs.filter((program) => program !== undefined);
  return works('unshare', '--user', 'true') && found.every((program) => works(program, '--version'))
    ? USER
    : undefined;
}

/**
 * Scripts, executable by root only, that replace themselves by a program running as another user: same process, group
 * and pipes. The profile, which Playwright creates as root, changes its owner first. Each script is written only
 * once: one that is being written cannot be started, and browsers start concurrently.
 */
export function createWrappers(folder: string) {
  const written = new Map<string, Promise<string>>();

  return function wrapperFor(program: string, user: BrowserUser): Promise<string> {
    const path = join(folder, `as-${user.uid}-${program.replaceAll(/[^\w.-]/g, '_')}`);
    const known = written.get(path) ?? write(path, program, user);
    written.set(path, known);
    known.catch(() => written.delete(path));
    return known;
  };
}

async function write(path: string, program: string, user: BrowserUser): Promise<string> {
  const script = [
    '#!/bin/sh',
    `for each do case $each in --user-data-dir=*) chown -hR ${user.uid}:${user.gid} "\${each#*=}" || exit ;; esac; done`,
    // Root may change another user's priority only where it has the right to.
    `exec nice -n ${LOWER_BY} ${command(user).join(' ')} ${quoted(program)} "$@"`,
  ];
  await writeFile(path, `${script.join('\n')}\n`, { mode: 0o700 });
  return path;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
