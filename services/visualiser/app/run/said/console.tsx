import { useState } from 'preact/hooks';
import { sayPage } from '#shared/domain/words/say-page.ts';
import { text } from '../../text/text.ts';
import type { Looked } from '../looked.ts';
import { SentenceText } from '../sentence.tsx';
import { linesOf, passes, type SaidFilter, type SaidLine, saidFilters } from './console.ts';
import { toneOfSaid } from './said-tone.ts';

type ConsoleProps = Pick<Looked, 'newest' | 'seq' | 'onMove'>;

/** What the page said, over all steps; each line leads to its moment, what came after the one that is looked at is dim. */
export function Console({ newest, seq, onMove }: ConsoleProps) {
  const { run } = text.value;
  const [chosen, setChosen] = useState<SaidFilter>('all');
  const lines = linesOf(newest.steps);
  const filters = saidFilters(lines);
  const filter = filters.some((one) => one.filter === chosen) ? chosen : 'all';
  if (lines.length === 0) return <p class="nothing">{run.nothingSaid}</p>;
  return (
    <div class="console">
      {filters.length > 1 && (
        <fieldset class="console-filters" aria-label={run.saidFilter}>
          {filters.map(({ filter: one, count }) => (
            <button
              key={one}
              type="button"
              class="button compact"
              aria-pressed={one === filter}
              onClick={() => setChosen(one)}
            >
              {run.saidFilters[one]} <span class="soft">{count}</span>
            </button>
          ))}
        </fieldset>
      )}
      <ol>
        {lines
          .filter((line) => passes(line, filter))
          .map((line, n) => (
            <Line key={n} line={line} isAhead={line.said.seq > seq} onMove={onMove} />
          ))}
      </ol>
    </div>
  );
}

interface LineProps extends Pick<Looked, 'onMove'> {
  line: SaidLine;
  isAhead: boolean;
}

function Line({ line: { said, step }, isAhead, onMove }: LineProps) {
  const { run, words } = text.value;
  const { index, phase } = step;
  return (
    <li class={`said-${toneOfSaid(said)}${isAhead ? ' is-ahead' : ''}`}>
      <button type="button" onClick={() => onMove(said.seq)}>
        <span class="console-step">
          {phase === 'onCancel' ? `${run.onCancel} ` : ''}
          {index + 1}
        </span>
        <span class="console-text">
          <SentenceText sentence={sayPage(said, words)} />
        </span>
      </button>
    </li>
  );
}
