import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Browser, chromium, errors } from 'playwright';
import type { Notice } from '#shared/events/between.ts';
import type { Egress, EgressGate } from '../egress/egress.ts';
import type { BrowserLog } from './browser-log.ts';
import { type BrowserUser, createWrappers } from './browser-user.ts';
import { childEnvironment } from './child-environment.ts';
import { BrowserError } from './errors.ts';
import { oneLine } from './failure.ts';
import { FOLDER_VARIABLE } from './temp-dir.ts';
import { type Way, waysToStart } from './ways-to-start.ts';

/** The kind of a shared browser: the headless shell, full Chromium without a window, or with one. */
export type BrowserKind = 'shell' | 'full' | 'headed';

export interface LaunchOptions {
  headlessPath: string | undefined;
  fullPath: string | undefined;
  sandbox: 'auto' | 'on' | 'off';
  tempDir: string;
  /** Private to this process; its browsers are recognised by it. `tempDir` if left out. */
  privateDir?: string | undefined;
  /** The user that Chromium runs as, with its sandbox, if the runner is root. */
  user?: BrowserUser | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  isRoot: boolean;
  launchTimeoutMs: number;
  /** Carries every connection of every browser (I15). */
  egress: Egress;
  log: BrowserLog;
}

/** Chromium refuses to connect to this port, so that requests sent there go nowhere. */
const NOWHERE = 'http://127.0.0.1:9/';

/**
 * Beyond Playwright's own switches, with which full Chromium still contacts Google for updates, for accounts and
 * about each form it sees (all of it observed in its net log). Pages that use Google accounts themselves are not
 * affected.
 */
const QUIET = [
  `--component-updater=url-source=${NOWHERE}`,
  `--gaia-url=${NOWHERE}`,
  `--autofill-server-url=${NOWHERE}`,
  '--disable-domain-reliability',
  '--disable-client-side-phishing-detection',
  '--no-pings',
  // Otherwise every console line of a page is repeated on standard error; crash messages still appear.
  '--log-level=3',
];

/** The variables by which a browser with a window finds its display. */
const SCREEN = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR'];

/**
 * Playwright turns off Chromium's limit on how often a page may change its own address: unlimited, each change uses
 * the connection that all runs of this browser share, and delays them (I13).
 */
const UNWANTED = ['--disable-ipc-flooding-protection'];

/**
 * Every connection goes through the gate, loopback included: Chromium does not resolve names itself and uses no QUIC,
 * and WebRTC sends no datagrams, since those bypass a proxy. Without the gate there is no connection at all (I15).
 */
const throughGate = ({ port }: EgressGate) => [
  `--proxy-server=socks5://127.0.0.1:${port}`,
  '--proxy-bypass-list=<-loopback>',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--dns-prefetch-disable',
  '--disable-quic',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
];

const gates = new WeakMap<Browser, EgressGate>();

/** The gate of a browser that `launch` started. */
export const gateOf = (browser: Browser): EgressGate | undefined => gates.get(browser);

/**
 * Owns the choice of executable, the launch switches and what is known about the sandbox; not the browsers.
 * Playwright puts profiles into `os.tmpdir()`, so the process's TMPDIR has to be `tempDir` (I8: nothing is left
 * behind, not even after kill -9).
 */
export function createLauncher(options: LaunchOptions) {
  const { log, environment } = options;
  if (!options.headlessPath && !options.fullPath)
    throw new BrowserError('browser_missing', 'no Chromium was found');
  if (resolve(tmpdir()) !== resolve(options.tempDir))
    throw new BrowserError('temp_dir_mismatch', "the process's TMPDIR has to be the browser pool's tempDir");

  const env = childEnvironment(environment, SCREEN);
  const hasDisplay =
    process.platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
  const folder = realpathSync(options.privateDir ?? options.tempDir);
  const wrapperFor = createWrappers(folder);
  const ways = waysToStart(options);
  /** The safest one that has worked. */
  const known = new Map<BrowserKind, Way>();
  const reported = new Set<string>();
  const once = (level: 'info' | 'warn', message: string) => {
    if (reported.has(message)) return;
    reported.add(message);
    log[level]({}, message);
  };

  function kindFor(headless: boolean): BrowserKind {
    if (headless) return options.headlessPath ? 'shell' : 'full';
    if (!options.fullPath) {
      once('warn', 'a run asked for a window, but there is no full Chromium: it runs in the headless shell');
      return 'shell';
    }
    if (hasDisplay) return 'headed';
    once('info', 'a run asked for a window, but there is no display: full Chromium runs without one');
    return 'full';
  }

  async function start(kind: BrowserKind, way: Way): Promise<Browser> {
    let browser: Browser | undefined;
    const uid = way.user?.uid ?? process.getuid?.();
    // Its gate is closed: it is of no use any more.
    const gate = await options.egress.open(uid, () => void browser?.close().catch(() => undefined));
    try {
      browser = await startThrough(gate, kind, way);
    } catch (error) {
      gate.close();
      throw error;
    }
    gates.set(browser, gate);
    browser.once('disconnected', () => gate.close());
    if (!browser.isConnected()) gate.close();
    return browser;
  }

  async function startThrough(gate: EgressGate, kind: BrowserKind, way: Way): Promise<Browser> {
    const program = (kind === 'shell' ? options.headlessPath : options.fullPath) as string;
    return chromium.launch({
      executablePath: way.user ? await wrapperFor(program, way.user) : program,
      headless: kind !== 'headed',
      chromiumSandbox: way.sandbox,
      args: [...QUIET, ...throughGate(gate)],
      ignoreDefaultArgs: UNWANTED,
      env: {
        ...env,
        HOME: realpathSync(options.tempDir),
        TMPDIR: options.tempDir,
        [FOLDER_VARIABLE]: folder,
      },
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      timeout: options.launchTimeoutMs,
    });
  }

  /** A concurrent launch with weaker isolation does not replace a stronger one that has worked meanwhile. */
  function noteThatWorks(kind: BrowserKind, way: Way) {
    const before = known.get(kind);
    if (before === undefined || ways.indexOf(way) < ways.indexOf(before)) known.set(kind, way);
  }

  /**
   * Starts one browser process with the strongest isolation that works. Once one has worked, a failed launch does not
   * fall back to a weaker one: otherwise whoever can make launches fail could remove the isolation.
   */
  async function launch(kind: BrowserKind): Promise<Browser> {
    let first: unknown;
    for (const way of ways) {
      if ((known.get(kind) ?? way) !== way) continue;
      try {
        const browser = await start(kind, way);
        noteThatWorks(kind, way);
        if (way.warning !== undefined) once('warn', way.warning);
        return browser;
      } catch (error) {
        first ??= error;
        if (error instanceof errors.TimeoutError) break; // slow, which says nothing about the isolation
      }
    }
    throw failed(first);
  }

  return { kindFor, launch };
}

/** The notice to the owner of a run that asked for a window about the browser that it got. */
export function noticesOf(kind: BrowserKind): Notice[] {
  if (kind === 'headed') return [];
  return kind === 'full'
    ? [
        {
          code: 'no_display',
          text: 'headless: false, but the runner has no display: Chromium runs without a window',
        },
      ]
    : [{ code: 'no_window', text: 'headless: false, but the runner has only the headless shell' }];
}

const failed = (error: unknown) =>
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
