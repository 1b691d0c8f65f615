/*
 * The last look at the page of a run that did not pass, before its context closes: address, title, picture, tree. Owns what
 * was found. Bounded by its caller's time, and cut short by a cancel by force (I4).
 */
import type { Page } from 'playwright';
import {
  type LastLook,
  LOOKED_FOR,
  type LookedFor,
  type WhyMissing,
} from '#shared/domain/events/last-look.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { StorageFailure } from '../errors.ts';
import type { EvidenceOptions } from '../evidence/collect-evidence.ts';
import { type PageCall, readA11y, saveScreenshot } from '../evidence/evidence.ts';
import { untraced } from '../playwright-trace/untraced.ts';
import { raceSignal } from '../race.ts';
import { shownAddress } from '../shown-address.ts';
import { readUnlessTooLarge } from './flood-guard.ts';

/** What a step that failed has kept of the same page just before. */
export type KeptAlready = Pick<LastLook, 'screenshotPath' | 'a11y'>;

interface LastLookOptions extends Omit<EvidenceOptions, 'keepPicture' | 'evidenceLost'> {
  /** Aborted when the page is no longer usable. */
  gone: AbortSignal;
  /** Resolves with the path of the picture. */
  keepPicture(picture: Uint8Array): Promise<string>;
}

/** How long a page may take to answer where there is little time, ms. On a busy machine any page may take longer. */
const ANSWERS_MS = 50;

export interface LookTime {
  ms: number;
  /** A page that does not answer soon is given up. */
  isShort?: boolean | undefined;
}

/** UTF-16 units. */
const LONGEST = 2_000;

export class LastLookAtPage {
  readonly #options: LastLookOptions;
  readonly #found: Partial<LastLook> = {};
  readonly #missing = new Map<LookedFor, WhyMissing>();
  #looking: Promise<unknown> | undefined;

  constructor(options: LastLookOptions) {
    this.#options = options;
  }

  /** What was found by now; undefined before the look. */
  get found(): LastLook | undefined {
    const { url } = this.#found;
    if (url === undefined) return undefined;
    const missing = [...this.#missing].map(([what, why]) => ({ what, why }));
    return { ...this.#found, url, ...(missing.length > 0 && { missing }) };
  }

  /**
   * Resolves after its time at the latest, or when `stop` is raised. Only the first call looks; none at a page on which no step
   * has gone anywhere. Never rejects.
   */
  async look(time: LookTime, kept: KeptAlready, stop: AbortSignal): Promise<void> {
    if (this.#options.page.url() === 'about:blank') return;
    this.#looking ??= this.#lookAll(time, kept, stop);
    await this.#looking;
  }

  #lookAll(time: LookTime, kept: KeptAlready, stop: AbortSignal): Promise<unknown> {
    Object.assign(this.#found, kept);
    const { page, redact } = this.#options;
    const { ms, isShort } = time;
    const isKept = { picture: 'screenshotPath' in kept, tree: 'a11y' in kept, title: false };
    const wanted = LOOKED_FOR.filter((what) => !isKept[what]);
    const address = shownAddress(page.url(), redact, LONGEST)
      .then((url) => Object.assign(this.#found, { url }))
      .catch(() => undefined); // its text could not be made safe
    const late = AbortSignal.any([AbortSignal.timeout(ms), ...(isShort ? [hangs(page)] : [])]);
    return Promise.all([address, ...wanted.map((what) => this.#lookFor(what, { ms, late, stop }))]);
  }

  async #lookFor(
    what: LookedFor,
    { ms, late, stop }: { ms: number; late: AbortSignal; stop: AbortSignal },
  ): Promise<void> {
    const { gone, page } = this.#options;
    this.#missing.set(what, 'late');
    const signal = AbortSignal.any([stop, gone, late]);
    try {
      const part = await raceSignal(
        untraced(page, () => this.#read(what, { signal, timeout: ms })),
        signal,
      );
      if (part) this.#missing.delete(what);
      else this.#missing.set(what, 'too_large');
      Object.assign(this.#found, part);
    } catch (error) {
      if (stop.aborted) this.#missing.set(what, 'forced');
      else if (gone.aborted) this.#missing.set(what, 'gone');
      else if (error instanceof StorageFailure) this.#missing.set(what, 'unstored');
    }
  }

  /** Undefined if it is larger than what is read of a page. */
  async #read(what: LookedFor, call: PageCall): Promise<Partial<LastLook> | undefined> {
    const { page, redact, cover, keepPicture } = this.#options;
    if (what === 'title') return { title: await redact(await page.title(), LONGEST) };
    if (what === 'picture') {
      const picture = { ...call, mark: undefined };
      return { screenshotPath: await saveScreenshot(page, keepPicture, cover, picture) };
    }
    const read = (signal: AbortSignal) => readA11y(page, this.#options, { ...call, signal });
    const a11y = await readUnlessTooLarge(page.context(), call.signal, read);
    return a11y === undefined ? undefined : { a11y };
  }
}

/** Raised if the page does not answer soon. */
function hangs(page: Page): AbortSignal {
  const controller = new AbortController();
  void settlesWithin(
    untraced(page, () => page.evaluate('0')),
    ANSWERS_MS,
  ).then((answers) => {
    if (!answers) controller.abort();
  });
  return controller.signal;
}
