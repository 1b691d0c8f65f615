import { realpathSync } from 'node:fs';
import { type Browser, chromium } from 'playwright';
import type { Egress, EgressGate } from '../../egress/egress.ts';
import { type BrowserGuard, guardBrowser } from '../messages/guard-browser.ts';
import type { BrowserKind } from './browser-kind.ts';
import { createWrappers } from './browser-user.ts';
import { childEnvironment } from './child-environment.ts';
import { proxyOf, QUIET, throughGate, UNWANTED } from './switches.ts';
import { FOLDER_VARIABLE } from './temp-dir.ts';
import type { WayToStart } from './ways-to-start.ts';

/** The variables by which a browser with a window finds its display. */
const SCREEN = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR'];

/** What stands between a browser that was started here and the world. */
interface Guards {
  gate: EgressGate;
  messages: BrowserGuard;
}

const guards = new WeakMap<Browser, Guards>();

export const gateOf = (browser: Browser): EgressGate | undefined => guards.get(browser)?.gate;

/** Why the browser was stopped, if that was for what it sent. */
export const stoppedFor = (browser: Browser): string | undefined => guards.get(browser)?.messages.stopped;

export interface BrowserStartOptions {
  headlessPath: string | undefined;
  fullPath: string | undefined;
  /** The process's TMPDIR. */
  tempDir: string;
  /** Private to this process; its browsers are recognised by it. */
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
  launchTimeoutMs: number;
  /** Carries every connection of every browser (I15). */
  egress: Egress;
}

/** Starts a browser process in one way, behind a gate of its own, which closes when the browser ends (I15). */
export function createStarter(options: BrowserStartOptions) {
  const startThrough = behindGate(options);

  return async function start(kind: BrowserKind, way: WayToStart): Promise<Browser> {
    let browser: Browser | undefined;
    let messages: BrowserGuard;
    const uid = way.user?.uid ?? process.getuid?.();
    // Its gate is closed: it is of no use any more.
    const gate = await options.egress.open(uid, () => void browser?.close().catch(() => undefined));
    try {
      using guard = guardBrowser(proxyOf(gate));
      messages = guard;
      browser = await startThrough(gate, kind, way);
      if (!guard.attached) throw new Error('its messages are not guarded');
    } catch (error) {
      await browser?.close().catch(() => undefined);
      gate.close();
      throw error;
    }
    guards.set(browser, { gate, messages });
    browser.once('disconnected', () => gate.close());
    if (!browser.isConnected()) gate.close();
    return browser;
  };
}

function behindGate({
  headlessPath,
  fullPath,
  tempDir,
  folder,
  environment,
  launchTimeoutMs,
}: BrowserStartOptions) {
  const env = childEnvironment(environment, SCREEN);
  const wrapperFor = createWrappers(folder);

  return async (gate: EgressGate, kind: BrowserKind, way: WayToStart): Promise<Browser> => {
    const program = (kind === 'shell' ? headlessPath : fullPath) as string;
    return chromium.launch({
      executablePath: way.user ? await wrapperFor(program, way.user) : program,
      headless: kind !== 'headed',
      chromiumSandbox: way.sandbox,
      args: [...QUIET, ...throughGate(gate)],
      ignoreDefaultArgs: UNWANTED,
      // Chromium's own user can write there.
      downloadsPath: tempDir,
      env: { ...env, HOME: realpathSync(tempDir), TMPDIR: tempDir, [FOLDER_VARIABLE]: folder },
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      timeout: launchTimeoutMs,
    });
  };
}
