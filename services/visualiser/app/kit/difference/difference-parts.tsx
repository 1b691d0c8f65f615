import type { DifferencePart } from './text-difference.ts';

/** One of two texts, with what the other does not have marked. */
export const DifferenceParts = ({ parts }: { parts: readonly DifferencePart[] }) => (
  <bdi>
    {parts.map(({ text, differs }, n) =>
      differs ? <mark key={n}>{text}</mark> : <span key={n}>{text}</span>,
    )}
  </bdi>
);
