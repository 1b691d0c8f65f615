import { shortId } from '#shared/domain/run/short-id.ts';
import type { Piece, Sentence } from '#shared/domain/words/pieces.ts';
import { visible } from '#shared/domain/words/visible.ts';
import { hashOf } from '../session/route.ts';
import { clockText } from '../text/moment.ts';

/** A sentence of the words, with what stands in it as code and links. */
export function SentenceText({ sentence }: { sentence: Sentence }) {
  return (
    <>
      {sentence.map((piece, n) => (
        <PieceText key={n} piece={piece} />
      ))}
    </>
  );
}

function PieceText({ piece }: { piece: Piece }) {
  // What others wrote stands in it, too: its direction ends with it.
  if (typeof piece === 'string') return <bdi>{piece}</bdi>;
  if ('code' in piece) return <code>{visible(piece.code)}</code>;
  if ('quoted' in piece) return <q>{visible(piece.quoted)}</q>;
  if ('time' in piece) return <>{clockText(piece.time)}</>;
  return <a href={hashOf({ view: 'run', id: piece.run })}>{shortId(piece.run)}</a>;
}
