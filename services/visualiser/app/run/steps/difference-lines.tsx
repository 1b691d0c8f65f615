import { text } from '../../text/text.ts';
import { type DifferencePart, differenceOf } from './difference.ts';

/** What was expected and what was found instead, one below the other, with what differs marked. */
export function DifferenceLines({ expected, found }: { expected: string; found: string | undefined }) {
  const { run } = text.value;
  const difference = differenceOf({ expected, found: found ?? '' });
  return (
    <dl class="difference">
      <dt>{run.expected}</dt>
      <dd>
        <Parts parts={difference.expected} />
      </dd>
      <dt>{run.found}</dt>
      <dd>
        {found === undefined ? (
          <span class="soft">{run.foundNothing}</span>
        ) : (
          <Parts parts={difference.found} />
        )}
      </dd>
    </dl>
  );
}

const Parts = ({ parts }: { parts: readonly DifferencePart[] }) => (
  <bdi>
    {parts.map(({ text: piece, differs }, n) =>
      differs ? <mark key={n}>{piece}</mark> : <span key={n}>{piece}</span>,
    )}
  </bdi>
);
