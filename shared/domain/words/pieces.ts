import { shortId } from '#shared/domain/run/short-id.ts';
import { visible } from './visible.ts';

/** A part of a sentence: plain, as code, a link to a run, what a person has written, or a time (ISO 8601). */
export type Piece = string | { code: string } | { run: string } | { quoted: string } | { time: string };
export type Sentence = readonly Piece[];

export const textOfSentences = (sentences: readonly Sentence[]): string =>
  sentences.map((pieces) => pieces.map(textOfPiece).join('')).join(' ');

function textOfPiece(piece: Piece): string {
  if (typeof piece === 'string') return piece;
  if ('code' in piece) return visible(piece.code);
  if ('quoted' in piece) return visible(piece.quoted);
  return 'run' in piece ? shortId(piece.run) : `${new Date(piece.time).toISOString().slice(11, 19)} UTC`;
}

/** What is put into templates, by the names that stand there in braces. */
export type Parts = Readonly<Record<string, Piece | Sentence | undefined>>;

/** Undefined if a part that the template names is not known. */
export function fill(template: string, parts: Parts): Sentence | undefined {
  const pieces = template.split(/\{(\w+)\}/).map((piece, n) => (n % 2 === 0 ? piece : parts[piece]));
  return pieces.every((piece) => piece !== undefined)
    ? pieces.flat().filter((piece) => piece !== '')
    : undefined;
}

/** The first of the templates of which all parts are known. */
export function fillFirst(templates: readonly string[], parts: Parts): Sentence | undefined {
  for (const template of templates) {
    const filled = fill(template, parts);
    if (filled) return filled;
  }
  return undefined;
}

export const code = (text: string | undefined): Piece | undefined => (text ? { code: text } : undefined);

/** What a person has written, or is asked. */
export const quote = (text: string | undefined): Piece | undefined => (text ? { quoted: text } : undefined);

/** The longest selector, or step, in a sentence; the step itself is shown whole elsewhere. UTF-16 units. */
const LONGEST_CODE = 200;

/** A text of any length and with any line ends, so that the sentence around it can be read. */
export function shortCode(text: string | undefined): Piece | undefined {
  const flat = text?.replace(/\s+/g, ' ') ?? '';
  return code(flat.length > LONGEST_CODE ? `${flat.slice(0, LONGEST_CODE - 1).toWellFormed()}…` : flat);
}
