/*
 * What the page of a run has said and was not taken to be stored yet. Owns the bounds: so many of each kind, texts of a bounded size;
 * the same again is counted, also after it was taken. Texts are redacted each time they are read (I10).
 */
import { hash } from 'node:crypto';
import type { Said } from '#shared/domain/events/said.ts';
import { ownCopy } from '#shared/domain/flow/own-copy.ts';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { withoutAccess } from '../shown-address.ts';

/** The most of each kind in a run, and as often what was said before. */
const MOST_OF_A_KIND = 200;
/** So many of the messages in a console may only be errors. */
const FOR_ERRORS = 50;
/** The longest text that is shown. UTF-16 units. */
const LONGEST_SHOWN = 500;
/** How much is kept of a text, which may be of any size. */
const LONGEST_KEPT = 5_000;
/** A secret may be so many times as long in an encoded form. */
const LONGEST_FORM = 10;

export interface ReadSaid {
  said: Said[];
  /** Takes these away: no later read has them. */
  take(): void;
}

export interface Heard {
  /**
   * Returns the item, whose fields may change until it is taken; undefined if there are too many of its kind. `key`: items
   * with the same are one, which is counted; all fields by default.
   */
  add(item: Said, key?: string): Said | undefined;
  /** So many more, of which nothing is known. */
  addDropped(count: number): void;
  /** The first of what was not taken, redacted as of now; `isEnd`: also how many were dropped. */
  read(most: number, isEnd: boolean): Promise<ReadSaid>;
  isUntaken(item: Said): boolean;
  /** There is nothing new. */
  readonly isEmpty: boolean;
}

export interface SaidSecrets {
  redact: Redactor;
  /** Length of the longest one. */
  readonly longest: number;
}

export const createHeard = (secrets: SaidSecrets, onHeard: () => void): Heard =>
  new HeardItems(secrets, onHeard);

class HeardItems implements Heard {
  readonly #secrets: SaidSecrets;
  readonly #onHeard: () => void;
  readonly #made = new Map<string, number>();
  /** All that was ever said, by a digest of it; with what was not taken of it yet. */
  readonly #byKey = new Map<string, Said | undefined>();
  #items: Kept[] = [];
  #dropped = 0;

  constructor(secrets: SaidSecrets, onHeard: () => void) {
    this.#secrets = secrets;
    this.#onHeard = onHeard;
  }

  add(heard: Said, key = keyOf(bounded(heard))): Said | undefined {
    const item = bounded(heard);
    const { kind, count = 1 } = item;
    const same = this.#byKey.get(key);
    if (same) {
      same.count = (same.count ?? 1) + count;
      return same;
    }
    const isAgain = this.#byKey.has(key);
    const counter = isAgain ? `${kind} again` : kind;
    const ofKind = this.#made.get(counter) ?? 0;
    if (ofKind >= mostOf(item)) {
      this.addDropped(count);
      return undefined;
    }
    this.#made.set(counter, ofKind + 1);
    this.#items.push({ item, key, isAgain });
    this.#byKey.set(key, item);
    if (!isAgain) this.#onHeard();
    return item;
  }

  addDropped(count: number): void {
    this.#dropped = Math.min(Number.MAX_SAFE_INTEGER, this.#dropped + count);
  }

  async read(most: number, isEnd: boolean): Promise<ReadSaid> {
    const read = this.#items.slice(0, most).map((kept) => ({ kept, count: kept.item.count ?? 1 }));
    const more = isEnd && this.#items.length <= most ? this.#dropped : 0;
    const said = await Promise.all(read.map(({ kept }) => redacted(kept.item, this.#secrets)));
    if (more > 0) said.push({ kind: 'more', count: more });
    return {
      said,
      take: () => {
        this.#dropped -= more;
        this.#take(read);
      },
    };
  }

  isUntaken(item: Said): boolean {
    return this.#items.some((kept) => kept.item === item);
  }

  get isEmpty(): boolean {
    return this.#items.every(({ isAgain }) => isAgain);
  }

  /** What was said again since it was read stays. */
  #take(read: readonly { kept: Kept; count: number }[]): void {
    const taken = new Set(read.map(({ kept }) => kept));
    this.#items = this.#items.filter((kept) => !taken.has(kept));
    for (const { kept, count } of read) {
      this.#byKey.set(kept.key, undefined);
      const { count: all = 1, ...item } = kept.item;
      const since = all - count;
      if (since > 0) this.add({ ...item, ...(since > 1 && { count: since }) }, kept.key);
    }
  }
}

interface Kept {
  item: Said;
  key: string;
  /** The same was taken before: it waits for something new, or for the end of its step. */
  isAgain: boolean;
}

const mostOf = ({ kind, level }: Said): number =>
  kind === 'console' && level !== 'error' ? MOST_OF_A_KIND - FOR_ERRORS : MOST_OF_A_KIND;

const keyOf = (item: Said): string =>
  hash('sha256', JSON.stringify({ ...item, ms: undefined, count: undefined }), 'base64');

/** What a page decides of an item. */
const TEXTS = ['url', 'method', 'error', 'text', 'typed', 'name', 'refused'] as const;

const TOO_LONG = LONGEST_KEPT + 1;

/** So much of a text as is kept: the rest is not held in memory. */
export const keptText = (text: string): string =>
  text.length > TOO_LONG ? ownCopy(text.slice(0, TOO_LONG)) : text;

const bounded = (item: Said): Said => {
  const kept = { ...item };
  for (const field of TEXTS) {
    const text = item[field];
    if (text !== undefined) kept[field] = keptText(text);
  }
  return kept;
};

async function redacted(item: Said, secrets: SaidSecrets): Promise<Said> {
  const shown = { ...item };
  for (const field of TEXTS) {
    const text = item[field];
    if (text === undefined) continue;
    const safe = field === 'url' ? await withoutAccess(text) : text;
    const kept = safe.slice(0, LONGEST_KEPT);
    // The page cuts what it says on its console, and may have cut a secret.
    const isCut = text.length >= TOO_LONG || (item.kind === 'console' && text.length >= LONGEST_SHOWN);
    const whole = isCut ? Math.max(0, kept.length - secrets.longest * LONGEST_FORM) : kept.length;
    const limit = Math.min(LONGEST_SHOWN, whole);
    const [head, mark] = safe.length > limit ? [limit - 1, '…'] : [limit, ''];
    shown[field] = head > 0 ? (await secrets.redact(kept, head)) + mark : mark;
  }
  return shown;
}
