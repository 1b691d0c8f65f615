import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOWER_BY } from './priority.ts';

/**
 * The user that Chromium or the encoder runs as if the runner may switch users: code that breaks out of a page then has
 * none of the runner's variables and files. Its id is one that Debian and systemd never assign.
 */
export interface BrowserUser {
  uid: number;
  gid: number;
}

const GID = 61_100;
const CHROMIUM: BrowserUser = { uid: 61_100, gid: GID };
/** Has the group of Chromium's user only to reach its file, in a folder that lets this group pass. */
const ENCODER: BrowserUser = { uid: 61_101, gid: GID };
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const PATIENCE_MS = 10_000;

/** What to put before a program: it then has the user's rights and no others, and a lower priority. */
export const commandAs = ({ uid, gid }: BrowserUser): string[] => [
  // Before the change of users, after which only some may change a priority.
  ...['nice', '-n', String(LOWER_BY), 'setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
  ...['--inh-caps=-all', '--ambient-caps=-all', '--no-new-privs', '--'],
];

/** The user for Chromium, if the runner may switch to it and it can start each of the programs. */
export const findBrowserUser = (programs: readonly (string | undefined)[]): BrowserUser | undefined =>
  programs.every((program) => program === undefined || works(CHROMIUM, program, '--version'))
    ? CHROMIUM
    : undefined;

/** The user for the encoder, likewise. */
export const findEncoderUser = (ffmpeg: string): BrowserUser | undefined =>
  works(ENCODER, ffmpeg, '-version') ? ENCODER : undefined;

function works(user: BrowserUser, ...args: string[]): boolean {
  if (process.platform !== 'linux') return false;
  const [first = '', ...rest] = [...commandAs(user), ...args];
  const options = {
    env: { PATH, HOME: '/nonexistent' },
    cwd: '/',
    stdio: 'ignore',
    timeout: PATIENCE_MS,
  } as const;
  return spawnSync(first, rest, options).status === 0;
}

/**
 * Scripts that give the profile to another user and replace themselves by a program of that user: same process, group and
 * pipes. Each is written once, since a script that is being written cannot start, and browsers start concurrently.
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
    `exec ${commandAs(user).join(' ')} ${quoted(program)} "$@"`,
  ];
  await writeFile(path, `${script.join('\n')}\n`, { mode: 0o700 });
  return path;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
