import { DifferenceParts } from '../../kit/difference/difference-parts.tsx';
import { text } from '../../text/text.ts';
import { differenceOf } from './difference.ts';

/** What was expected and what was found instead, one below the other, with what differs marked. */
export function DifferenceLines({ expected, found }: { expected: string; found: string | undefined }) {
  const { run } = text.value;
  const difference = differenceOf({ expected, found: found ?? '' });
  return (
    <dl class="difference">
      <dt>{run.expected}</dt>
      <dd>
        <DifferenceParts parts={difference.expected} />
      </dd>
      <dt>{run.found}</dt>
      <dd>
        {found === undefined ? (
          <span class="soft">{run.foundNothing}</span>
        ) : (
          <DifferenceParts parts={difference.found} />
        )}
      </dd>
    </dl>
  );
}
