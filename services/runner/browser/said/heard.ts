/*
 * What the page of a run has said and nobody has taken yet. Owns the bounds: so many of each kind, texts of a bounded size;
 * the same again is counted. Texts are redacted each time they are read (I10).
 */
import type { Said, SaidKind } from '#shared/domain/events/said.ts';
import { ownCopy } from '#shared/domain/flow/own-copy.ts';
import type { Redactor } from '#shared/domain/flow/redact.ts';

/** The most of each kind in a run. */
const MOST_OF_A_KIND = 200;
/** The longest text that is shown. UTF-16 units. */
const LONGEST_SHOWN = 500;
/** How much is kept of a text, which may be of any size. */
const LONGEST_KEPT = 5_000;
/** A secret may be so many times as long in an encoded form. */
const LONGEST_FORM = 10;

export interface ReadSaid {
  said: Said[];
  /** Nobody else gets these. */
  take(): void;
}

export interface Heard {
  /** Returns the item, whose fields may change until it is taken; undefined if there are too many of its kind. */
  add(item: Said): Said | undefined;
  /** So many more, of which nothing is known. */
  addDropped(count: number): void;
  /** The first of what was not taken, redacted as of now; `isEnd`: also how many were dropped. */
  read(most: number, isEnd: boolean): Promise<ReadSaid>;
  isUntaken(item: Said): boolean;
  readonly isEmpty: boolean;
}

export interface SaidSecrets {
  redact: Redactor;
  /** Length of the longest one. */
  readonly longest: number;
}

export function createHeard(secrets: SaidSecrets, onHeard: () => void): Heard {
  const made = new Map<SaidKind, number>();
  let items: Said[] = [];
  let byKey = new Map<string, Said>();
  let dropped = 0;

  return {
    add(heard) {
      const item = bounded(heard);
      const key = JSON.stringify({ ...item, ms: undefined });
      const same = byKey.get(key);
      if (same) {
        same.count = (same.count ?? 1) + 1;
        return same;
      }
      const count = (made.get(item.kind) ?? 0) + 1;
      if (count > MOST_OF_A_KIND) {
        dropped += 1;
        return undefined;
      }
      made.set(item.kind, count);
      items.push(item);
      byKey.set(key, item);
      onHeard();
      return item;
    },
    addDropped(count) {
      dropped = Math.min(Number.MAX_SAFE_INTEGER, dropped + count);
    },
    async read(most, isEnd) {
      const [read, more] = [items.slice(0, most), isEnd && items.length <= most ? dropped : 0];
      const said = await Promise.all(read.map((item) => redacted(item, secrets)));
      if (more > 0) said.push({ kind: 'more', count: more });
      return {
        said,
        take() {
          const taken = new Set(read);
          items = items.filter((item) => !taken.has(item));
          byKey = new Map([...byKey].filter(([, item]) => !taken.has(item)));
          dropped -= more;
        },
      };
    },
    isUntaken: (item) => items.includes(item),
    get isEmpty() {
      return items.length === 0;
    },
  };
}

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
    const kept = text.slice(0, LONGEST_KEPT);
    // The page cuts what it says on its console, and may have cut a secret.
    const isCut = text.length >= TOO_LONG || (item.kind === 'console' && text.length >= LONGEST_SHOWN);
    const whole = isCut ? Math.max(0, kept.length - secrets.longest * LONGEST_FORM) : kept.length;
    const limit = Math.min(LONGEST_SHOWN, whole);
    const [head, mark] = text.length > limit ? [limit - 1, '…'] : [limit, ''];
    shown[field] = head > 0 ? (await secrets.redact(kept, head)) + mark : mark;
  }
  return shown;
}
