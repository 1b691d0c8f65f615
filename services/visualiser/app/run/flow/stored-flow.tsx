import type { RunDetail } from '#shared/api/client/index.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import { CopyButton } from '../../kit/copy-button.tsx';
import { formatFlow } from '../../kit/editor/flow-text.ts';
import { Skeleton } from '../../kit/empty.tsx';
import { text } from '../../text/text.ts';
import { ResultText } from '../results/result-text.tsx';
import { resultsWords } from '../results/words.ts';
import { useShownFlow } from './edited-flows.ts';

/** The flow of a run as it is stored, secrets hidden, and what its steps have found so far. */
export function FlowTab({ run, newest }: { run: RunDetail; newest: Moment }) {
  const { flow: words } = text.value;
  const found = resultsWords.value;
  const shown = useShownFlow(run.id);
  const results = Object.entries(newest.end?.results ?? run.results ?? {});
  if (shown === undefined) return <Skeleton lines={8} />;
  if (shown === 'failed') return <p class="problem">{words.notRead}</p>;
  const json = formatFlow(shown.flow);
  return (
    <div class="stored-flow">
      {results.length > 0 && (
        <dl class="facts" aria-label={found.title}>
          {results.map(([name, value]) => (
            <div key={name} class="fact">
              <dt>
                <bdi>{name}</bdi>
              </dt>
              <dd>
                <ResultText value={value} about={name} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <CopyButton value={() => json} label={words.copy} />
      {/* What is scrolled has to be reached by the keyboard. */}
      <pre {...{ role: 'group', tabIndex: 0, 'aria-label': words.json }}>
        <code>{json}</code>
      </pre>
    </div>
  );
}
