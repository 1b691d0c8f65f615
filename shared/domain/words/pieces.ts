import { shortId } from '#shared/domain/run/short-id.ts';
import { visible } from './visible.ts';

/** A part of a sentence: plain, as code, or a link to a run. */
export type Piece = string | { code: string } | { run: string };
export type Sentence = readonly Piece[];

export const textOfSentences = (sentences: readonly Sentence[]): string =>
  sentences.map((pieces) => pieces.map(textOfPiece).join('')).join(' ');

const textOfPiece = (piece: Piece): string =>
  typeof piece === 'string' ? piece : 'code' in piece ? visible(piece.code) : shortId(piece.run);

/** What is put into templates, by the names that stand there in braces. */
export type Parts = Readonly<Record<string, Piece | Sentence | undefined>>;

/** Undefined if a part that the template names is not known. */
export function fill(template: string, parts: Parts): Sentence | undefined {
  const pieces = template.split(/\{(\w+)\}/).map((piece, n) => (n % 2 === 0 ? piece : parts[piece]));
  return pieces.every((piece) => piece !== undefined)
    ? pieces.flat().filter((piece) => piece !== '')
    : undefined;
}

export const code = (text: string | undefined): Piece | undefined => (text ? { code: text } : undefined);
