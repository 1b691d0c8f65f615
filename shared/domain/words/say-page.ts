/* What a page said, in the words of a language: one sentence for each thing. Pure. */
import type { LastLook } from '#shared/domain/events/last-look.ts';
import type { Said } from '#shared/domain/events/said.ts';
import { formatDuration } from './duration.ts';
import type { Words } from './en.ts';
import type { SaidWords } from './en-said.ts';
import { code, fill, type Sentence, textOfSentences } from './pieces.ts';
import { textIn } from './say.ts';

/** A kind of a newer version is shown by its name. */
export function sayPage(said: Said, { said: words }: Words): Sentence {
  const { kind, count = 1 } = said;
  const template = textIn<undefined>(words.kinds, kind, undefined);
  const sentence = template === undefined ? [kind] : fill(template, partsOf(said, words))!;
  return kind === 'more' || count === 1 ? sentence : [...sentence, ` (${words.times(count)})`];
}

export const textOfSaid = (said: Said, words: Words): string => textOfSentences([sayPage(said, words)]);

function partsOf(said: Said, words: SaidWords) {
  const { url, method = '', text, dialog = '', answer, typed, name, path, bytes, refused, count } = said;
  const shown = (part: string | undefined) => code(part) ?? '';
  const size = bytes === undefined ? '' : `${bytes} B`;
  return {
    url: shown(url),
    method,
    answer: sayAnswer(said, words),
    text: shown(text),
    // A page that asks whether it may be left says nothing.
    asked: text ? `${dialog} ` : dialog,
    reply:
      typed === undefined
        ? ((answer && words.replies[answer]) ?? '')
        : fill(words.typed, { text: shown(typed) }),
    name: shown(name),
    fate:
      refused === undefined
        ? [shown(path), size].filter(Boolean).flatMap((part, n) => (n === 0 ? [part] : [', ', part]))
        : words.refused(refused),
    count: String(count ?? 0),
  };
}

export function sayAnswer({ status, error, ms, pending }: Said, words: SaidWords): string {
  const time = ms === undefined ? undefined : formatDuration(ms);
  if (pending && time !== undefined) return words.pending(time);
  const answer = status?.toString() ?? error ?? words.noAnswer;
  return time === undefined ? answer : `${answer} ${words.took(time)}`;
}

/** What was kept of the page at the end, and what was not, with the reason. */
export function textOfLastLook(
  { url, title = '', missing = [] }: Partial<LastLook>,
  { said }: Words,
): string {
  const { at, missing: lacks, what, why } = said.lastLook;
  const seen =
    url === undefined ? undefined : fill(at, { title: title && { quoted: title }, url: code(url) ?? '' });
  const lacking = missing.map((one) => [
    lacks(textIn(what, one.what, one.what), textIn(why, one.why, one.why)),
  ]);
  return textOfSentences(seen ? [seen, ...lacking] : lacking);
}
