import { inSlices, type Sliced } from '#shared/platform/async/in-slices.ts';
import { everyFormOf, type Form, formsOf, headOf, needleOf } from './forms.ts';
import { createSearch, type Needle, needle, type Search } from './needle-search.ts';
import { ownCopy } from './own-copy.ts';
import { REDACTED } from './placeholder.ts';
import { isSecretFill, onlyNames } from './secrets.ts';
import type { Step } from './step.ts';

/** Shorter secrets (a quantity, an initial) are found in any text by chance and are left alone. */
export const SHORTEST_SECRET = 3;

/** Longer needles are searched for by their first units, and in full only in texts that show those. */
const HEAD = 32;
const POSITIONS_AT_ONCE = 1_024;

/**
 * Returns `text` without the secrets, or its first `limit` UTF-16 units; a secret that the cut goes through is
 * replaced as a whole. The event loop is never held up, whatever the sizes; `signal` stops it.
 */
export type Redactor = (text: string, limit?: number, signal?: AbortSignal) => Promise<string>;

/** The step as it may be shown: a fill's value is hidden, whatever its length, unless it only names values. */
export function redactStep(step: Step): Step {
  return isSecretFill(step) && !onlyNames(step.value) ? { ...step, value: REDACTED } : step;
}

/** A redactor for `secrets`, also where a page, a URL or JSON shows them encoded or trimmed. */
export const createRedactor = (secrets: readonly string[]): Redactor =>
  createLearningRedactor(secrets).redact;

/** A redactor that is given more secrets as they become known: what it is asked then shows none of them. */
export interface LearningRedactor {
  redact: Redactor;
  learn(secrets: readonly string[]): void;
}

/** What is learned is found in more forms: values of the vault are few, and must not show in any. */
export function createLearningRedactor(secrets: readonly string[]): LearningRedactor {
  const known = new Set(secrets);
  const first = partOf([...known], formsOf);
  const learned: Part[] = [];
  return {
    async redact(text, limit = text.length, signal) {
      const parts = await Promise.all([first, ...learned].map((part) => part.prepared()));
      const redacted = await inSlices(redaction(parts, text, limit), signal);
      return limit < text.length ? ownCopy(redacted) : redacted;
    },
    learn(more) {
      let fresh = [...new Set(more)].filter((secret) => !known.has(secret));
      if (fresh.length === 0) return;
      for (const secret of fresh) known.add(secret);
      // Parts of about one size become one: so they are few, and no secret is prepared often.
      while (learned.length > 0 && learned.at(-1)!.secrets.length <= fresh.length)
        fresh = [...learned.pop()!.secrets, ...fresh];
      learned.push(partOf(fresh, everyFormOf));
    },
  };
}

/** Secrets that are searched for together. */
interface Part {
  secrets: readonly string[];
  /** Prepares them when it is first asked. */
  prepared(): Promise<Prepared>;
}

function partOf(secrets: readonly string[], formsFor: typeof formsOf): Part {
  let prepared: Promise<Prepared> | undefined;
  return {
    secrets,
    prepared() {
      prepared ??= inSlices(prepare(secrets, formsFor));
      return prepared;
    },
  };
}

interface Prepared {
  /** The needles that are no longer than a head. */
  short: Search;
  /** The heads of the others, */
  heads: Search;
  /** and what begins with each. */
  long: Map<string, Form[]>;
}

function* prepare(secrets: readonly string[], formsFor: typeof formsOf): Sliced<Prepared> {
  const short = new Set<string>();
  const long = new Map<string, Form[]>();
  for (const secret of secrets)
    for (const form of yield* formsFor(secret)) {
      const head = headOf(form, HEAD + 1);
      if (head.length > HEAD) {
        const alike = long.get(head.slice(0, HEAD));
        if (alike) alike.push(form);
        else long.set(head.slice(0, HEAD), [form]);
      } else if (head.length >= SHORTEST_SECRET) short.add(head);
      yield;
    }
  return {
    short: yield* createSearch([...short].map(needle)),
    heads: yield* createSearch([...long.keys()].map(needle)),
    long,
  };
}

function* redaction(parts: readonly Prepared[], text: string, limit: number): Sliced<string> {
  const found: LengthAt[] = [];
  for (const part of parts) found.push(...(yield* search(part, text, limit)));
  const longestAt = (at: number) => {
    let longest = 0;
    for (const lengthAt of found) longest = Math.max(longest, lengthAt(at));
    return longest;
  };
  return replaceSpans(text, yield* covered(text, limit, longestAt), Math.min(limit, text.length));
}

/** Tells the length of the longest needle at a position, or 0. */
type LengthAt = (at: number) => number;

function* search({ short, heads, long }: Prepared, text: string, limit: number): Sliced<LengthAt[]> {
  const known = text.slice(0, limit + HEAD);
  const begun = yield* formsBegun(known, limit, yield* heads.over(known), long);
  const whole = yield* createSearch(yield* needlesWithin(begun, text.length));
  return [yield* short.over(known), yield* whole.over(text.slice(0, limit + whole.longest))];
}

/** The long forms whose heads begin in `text` before `limit`. */
function* formsBegun(text: string, limit: number, headAt: LengthAt, long: Prepared['long']): Sliced<Form[]> {
  const found = new Map<string, Form[]>();
  for (let at = 0; at < Math.min(limit, text.length) && found.size < long.size; at += 1) {
    if (at % POSITIONS_AT_ONCE === 0) yield;
    if (headAt(at) === 0) continue;
    const head = text.slice(at, at + HEAD);
    const forms = long.get(head);
    if (forms) found.set(head, forms);
  }
  return [...found.values()].flat();
}

function* needlesWithin(forms: readonly Form[], longest: number): Sliced<Needle[]> {
  const needles: Needle[] = [];
  for (const form of forms) {
    if (form.shown.length > longest) continue;
    const needle = yield* needleOf(form);
    if (needle.length <= longest) needles.push(needle);
  }
  return needles;
}

type Span = [start: number, end: number];

/** Where any needle begins before `limit`, overlaps joined; what is replaced already stays as it is. */
function* covered(text: string, limit: number, longestAt: LengthAt): Sliced<Span[]> {
  const spans: Span[] = [];
  const seen = text.slice(0, limit + REDACTED.length);
  let done = seen.indexOf(REDACTED);
  for (let start = 0; start < limit && start < text.length; start += 1) {
    if (start % POSITIONS_AT_ONCE === 0) yield;
    const end = start + longestAt(start);
    if (end === start) continue;
    while (done >= 0 && done + REDACTED.length <= start)
      done = seen.indexOf(REDACTED, done + REDACTED.length);
    if (done >= 0 && done <= start && end <= done + REDACTED.length) continue;
    const last = spans.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans;
}

function replaceSpans(text: string, spans: readonly Span[], limit: number): string {
  const parts: string[] = [];
  let from = 0;
  for (const [start, end] of spans) {
    if (start >= limit) break;
    parts.push(text.slice(from, start), REDACTED);
    from = end;
  }
  parts.push(text.slice(from, Math.max(from, limit)));
  return parts.join('');
}
