import { useMemo, useState } from 'preact/hooks';
import type { RunDetail } from '#shared/api/client/index.ts';
import { compareRuns } from '#shared/domain/story/compare.ts';
import { sayAround, sayFirst } from '#shared/domain/words/say-comparison.ts';
import { whyUnread } from '../../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../../kit/empty.tsx';
import { runNameOf } from '../../kit/standing/standing.ts';
import { useTitle } from '../../kit/title.ts';
import { useKeys } from '../../runs/keys.ts';
import { unread } from '../../session/connection.ts';
import { hashOf } from '../../session/route.ts';
import { clockText } from '../../text/moment.ts';
import { text } from '../../text/text.ts';
import { SentenceText } from '../sentence.tsx';
import { CompareHead } from './compare-head.tsx';
import { ComparePictures } from './compare-pictures.tsx';
import { CompareSaid } from './compare-said.tsx';
import { CompareSteps } from './compare-steps.tsx';
import { useCompared } from './use-compared.ts';
import { compareWords, comparisonTexts } from './words.ts';

interface CompareViewProps {
  id: string;
  /** Without one, the last run like it that passed. */
  other: string | undefined;
}

/** Two runs beside each other. */
export function CompareView({ id, other }: CompareViewProps) {
  const words = compareWords.value;
  const { run, app } = text.value;
  const { compared, failure, at } = useCompared(id, other);
  useTitle(compared ? `${words.title} · ${runNameOf(compared.here)}` : words.title);
  if (compared)
    return (
      <section class="page compare">
        <CompareHead {...compared} />
        {failure && at !== undefined && (
          <p class="compare-old" role="status">
            <em class="as-it-was">{app.asItWas(clockText(new Date(at).toISOString()))}</em>{' '}
            {!unread.value && run.failed}
          </p>
        )}
        {compared.there ? (
          <Comparison here={compared.here} there={compared.there} />
        ) : (
          <NoOther among={compared.among} />
        )}
      </section>
    );
  if (failure === undefined) return <Skeleton lines={8} />;
  return failure === 'missing' ? (
    <Empty title={run.missing} lead={words.missing}>
      <a class="button" href="#/runs">
        {app.toRuns}
      </a>
    </Empty>
  ) : (
    <Empty title={run.failed} lead={whyUnread()}>
      <a class="button" href={hashOf({ view: 'run', id })}>
        {words.back}
      </a>
    </Empty>
  );
}

function NoOther({ among }: { among: number | undefined }) {
  const { noneLead, noneAmongLead } = compareWords.value;
  const title = comparisonTexts.value.comparison.unpassed(among);
  return <Empty title={title} lead={among === undefined ? noneLead : noneAmongLead} />;
}

function Comparison({ here, there }: { here: RunDetail; there: RunDetail }) {
  const found = useMemo(() => compareRuns(here, there), [here, there]);
  const [wanted, setWanted] = useState<number | undefined>(undefined);
  const { steps, first } = found;
  const last = steps.length - 1;
  const chosen = Math.min(wanted ?? (first ? steps.indexOf(first) : last), last);
  useKeys({
    '[': () => setWanted(Math.max(0, chosen - 1)),
    ']': () => setWanted(Math.min(last, chosen + 1)),
  });
  const sentences = [
    sayFirst(found, comparisonTexts.value),
    ...sayAround(found, here, there, comparisonTexts.value),
  ];
  return (
    <>
      <p class={`compare-first ${first ? 'tone-fail' : 'tone-pass'}`} role="status">
        {sentences.map((sentence, n) => (
          <span key={n}>
            <SentenceText sentence={sentence} />{' '}
          </span>
        ))}
      </p>
      <div class="compare-grid">
        <div class="compare-left">
          <CompareSteps {...{ steps, here, there, chosen }} onChoose={setWanted} />
          <CompareSaid steps={steps} onChoose={setWanted} />
        </div>
        <ComparePictures found={found} chosen={chosen} />
      </div>
    </>
  );
}
