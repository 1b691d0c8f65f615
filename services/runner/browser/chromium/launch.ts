import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Browser, errors } from 'playwright';
import { BrowserError } from '../errors.ts';
import { oneLine } from '../failure.ts';
import { type Asks, type BrowserKind, kindFor } from './browser-kind.ts';
import type { BrowserLog } from './browser-log.ts';
import type { BrowserUser } from './browser-user.ts';
import { type BrowserStartOptions, createStarter } from './start-browser.ts';
import { type WayToStart, waysToStart } from './ways-to-start.ts';

export interface LaunchOptions extends Omit<BrowserStartOptions, 'folder'> {
  sandbox: 'auto' | 'on' | 'off';
  /** Private to this process; its browsers are recognised by it. `tempDir` if left out. */
  privateDir?: string | undefined;
  /** The user that Chromium runs as, if the runner may switch users. */
  user?: BrowserUser | undefined;
  isRoot: boolean;
  log: BrowserLog;
}

/**
 * Owns the choice of executable, and what is known about the sandbox; not the browsers, and not how one is started
 * (`start-browser.ts`).
 */
export function createLauncher(options: LaunchOptions) {
  refuseUnusable(options);
  const { environment } = options;
  const hasDisplay =
    process.platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
  const start = createStarter({ ...options, folder: realpathSync(options.privateDir ?? options.tempDir) });
  const ways = waysToStart(options);
  /** The safest one that has worked. */
  const known = new Map<BrowserKind, WayToStart>();
  const tell = once(options.log);

  /** A concurrent launch with weaker isolation does not replace a stronger one that has worked meanwhile. */
  function noteThatWorks(kind: BrowserKind, way: WayToStart) {
    const before = known.get(kind);
    if (before === undefined || ways.indexOf(way) < ways.indexOf(before)) known.set(kind, way);
  }

  /**
   * Starts one browser process with the strongest isolation that works. Once one has worked, a failed launch does not
   * fall back to a weaker one: otherwise a page that makes launches fail could remove the isolation.
   */
  async function launch(kind: BrowserKind): Promise<Browser> {
    let first: unknown;
    for (const way of ways) {
      if ((known.get(kind) ?? way) !== way) continue;
      try {
        const browser = await start(kind, way);
        noteThatWorks(kind, way);
        if (way.warning !== undefined) tell('warn', way.warning);
        return browser;
      } catch (error) {
        first ??= error;
        if (error instanceof errors.TimeoutError) break; // slow, which says nothing about the isolation
      }
    }
    throw launchError(first);
  }

  return { hasDisplay, kindFor: (asks: Asks) => kindFor(asks, { ...options, hasDisplay }, tell), launch };
}

/**
 * Playwright puts profiles into `os.tmpdir()`, so the process's TMPDIR has to be `tempDir` (I8: nothing is left behind, not
 * even after kill -9).
 */
function refuseUnusable({ headlessPath, fullPath, tempDir }: LaunchOptions): void {
  if (!headlessPath && !fullPath) throw new BrowserError('browser_missing', 'no Chromium was found');
  if (resolve(tmpdir()) !== resolve(tempDir))
    throw new BrowserError('temp_dir_mismatch', "the process's TMPDIR has to be the browser pool's tempDir");
}

/** Logs each message once. */
function once(log: BrowserLog) {
  const logged = new Set<string>();
  return (level: 'info' | 'warn', message: string) => {
    if (logged.has(message)) return;
    logged.add(message);
    log[level]({}, message);
  };
}

const launchError = (error: unknown) =>
  new BrowserError('browser_launch_failed', `Chromium did not start: ${whyNotStarted(error)}`, {
    cause: error,
  });

/** Chromium's own message, which Playwright puts somewhere below its first line. */
function whyNotStarted(error: unknown): string {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : '');
  const said = [...text.matchAll(/\[err\] (.+)/g)].map((match) => match[1] as string);
  const line =
    said.find((part) => part.includes(':FATAL:')) ?? said.findLast((part) => !part.startsWith('#'));
  if (line !== undefined) return oneLine(line.replace(/^\[[^\]]*\] /, ''));
  const exit = /exitCode=(\w+), signal=(\w+)/.exec(text);
  return exit ? `it ended at once (exit code ${exit[1]}, signal ${exit[2]})` : oneLine(error);
}
