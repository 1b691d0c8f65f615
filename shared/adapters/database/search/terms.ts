/*
 * What the index of searches has of a run, as numbers: every three letters that follow each other in a word, and in whose
 * and which lists it is. Two of them may share a number, so what the index finds is looked at again.
 */
import type { Outcome } from '#shared/domain/run/outcome.ts';

/** A run is in one block of so many that were accepted one after the other; a power of two. */
export const BLOCK_BITS = 12;

export const searchWords = (text: string): string[] => [...new Set(fold(text).split(/\s+/).filter(Boolean))];

/** The form in which texts are compared. */
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

const LETTERS = 3;
/** More say hardly more about a word, and each costs a look. */
const MOST_OF_WORD = 12;
/** A text that has more words than that is found by those before. */
const MOST_OF_TEXT = 600;

/** Terms of a text that is searched; it is folded already. */
export function termsOfText(text: string): Set<number> {
  const terms = new Set<number>();
  for (const word of text.split(/\s+/))
    for (let at = 0; at + LETTERS <= word.length && terms.size < MOST_OF_TEXT; at += 1)
      terms.add(numberOf(word.slice(at, at + LETTERS)));
  return terms;
}

/** Terms of a word that is looked for, spread over it; none of one that is too short. */
export function termsOfWord(word: string): Set<number> {
  const last = word.length - LETTERS;
  if (last < 0) return new Set();
  const parts = Math.min(last, MOST_OF_WORD - 1);
  const places = Array.from({ length: parts + 1 }, (_, n) =>
    parts === 0 ? 0 : Math.round((n * last) / parts),
  );
  return new Set(places.map((at) => numberOf(word.slice(at, at + LETTERS))));
}

export const TERM = {
  user: (id: string) => numberOf(`user:${id}`),
  project: (id: string) => numberOf(`project:${id}`),
  label: (label: string) => numberOf(`label:${label}`),
  outcome: (outcome: Outcome) => numberOf(`outcome:${outcome}`),
};

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** FNV-1a, without its sign: below zero are the numbers of blocks. */
function numberOf(text: string): number {
  let hash = OFFSET;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  return hash & 0x7fffffff;
}

/** More than there are blocks: the term of a block is below zero, as no other is. */
const BLOCKS = 2 ** 30;
/** SQL: the number of a block. */
export const blockTerm = (block: string): string => `(${block} - ${BLOCKS})::int`;
export const termOfBlockOf = (ordinal: number): number => Math.floor(ordinal / 2 ** BLOCK_BITS) - BLOCKS;
