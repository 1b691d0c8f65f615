import type { CDPSession, Page } from 'playwright';
import { untraced } from '../browser/playwright-trace/untraced.ts';
import type { ByteBudget } from './byte-budget.ts';

/** A JPEG of the view of a page. */
export interface Shot {
  jpeg: Buffer;
  /** The view, CSS px. */
  width: number;
  height: number;
  /** Epoch µs. */
  at: number;
}

export interface CaptureOptions {
  page: Page;
  /** The longest side, px. */
  longest: number;
  /** The shortest time between two pictures. */
  everyMs(): number;
  /** Whether there is anyone who takes another. */
  hasRoom(): boolean;
  /** `isNew`: it is another than the last. */
  show(shot: Shot, isNew: boolean): void;
  budget: ByteBudget;
}

/** Pictures of one page in one size, while it is not stopped. */
export interface Capture {
  /** There may be room again, or another pace. */
  poke(): void;
  stop(): void;
}

export interface Cdp {
  readonly session: CDPSession;
  send: CDPSession['send'];
  detach(): void;
}

/** A session of its own, none of whose calls is in the trace of the run. */
export async function openCdp(page: Page): Promise<Cdp> {
  const session = await untraced(page, () => page.context().newCDPSession(page));
  return {
    session,
    send: (method, params) => untraced(page, () => session.send(method, params)),
    detach: () => void untraced(page, () => session.detach()).catch(ignoreGone),
  };
}

/** The page, or its browser, may be gone already. */
export const ignoreGone = (): void => undefined;

/** So bad is a picture's quality at worst; no picture is larger than a message of NATS may be, bytes. */
export const QUALITIES = [60, 40, 20] as const;
export const LARGEST_SHOT = 512 * 1_024;
