import { DifferenceParts } from '../../kit/difference/difference-parts.tsx';
import { type DifferencePart, textDifference } from '../../kit/difference/text-difference.ts';
import type { FlowDifference, FlowDifferenceItem } from '../flows.ts';
import { flowWords } from '../words.ts';
import { changePlaceOf } from './change-place.ts';

const BADGES: Record<FlowDifferenceItem['kind'], string> = {
  added: 'badge-pass',
  removed: 'badge-fail',
  changed: 'badge-cancelling',
};

/** What is different, place by place, with the words that differ marked. */
export function Changes({ difference: { changes, more } }: { difference: FlowDifference }) {
  const { difference: words } = flowWords.value;
  if (changes.length === 0) return <p class="soft">{words.same}</p>;
  return (
    <>
      <ul class="changes">
        {changes.map((change, n) => (
          <ChangeItem key={n} change={change} />
        ))}
      </ul>
      {more && <p class="hint">{words.more}</p>}
    </>
  );
}

function ChangeItem({ change }: { change: FlowDifferenceItem }) {
  const { difference: words } = flowWords.value;
  const { kind, path } = change;
  const { list, step, field } = changePlaceOf(path);
  const { before, after } = partsOf(change);
  return (
    <li>
      <p class="change-place">
        <span class={`badge ${BADGES[kind]}`}>{words.kinds[kind]}</span>
        {list !== undefined && (
          <span>
            {words.stepsOf[list]} {step}
          </span>
        )}
        {field !== '' && <code>{field}</code>}
      </p>
      <dl class="change-sides">
        {before && <Side name={words.before} parts={before} />}
        {after && <Side name={words.after} parts={after} isAfter />}
      </dl>
    </li>
  );
}

interface SideProps {
  name: string;
  parts: readonly DifferencePart[];
  isAfter?: boolean;
}

const Side = ({ name, parts, isAfter = false }: SideProps) => (
  <div class={isAfter ? 'is-after' : undefined}>
    <dt class="sr">{name}</dt>
    <dd>
      <DifferenceParts parts={parts} />
    </dd>
  </div>
);

/** What was added or removed differs as a whole, and is not marked. */
function partsOf(change: FlowDifferenceItem): { before?: DifferencePart[]; after?: DifferencePart[] } {
  const [before, after] = [shownValue(change.before), shownValue(change.after)];
  if (change.kind === 'changed') return textDifference(before, after);
  const whole = (text: string) => [{ text, differs: false }];
  return change.kind === 'added' ? { after: whole(after) } : { before: whole(before) };
}

const shownValue = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
