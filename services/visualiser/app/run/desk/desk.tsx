import { useState } from 'preact/hooks';
import { useMedia } from '../../kit/media.ts';
import { text } from '../../text/text.ts';
import { useRunKeys } from '../keys.ts';
import type { Looked } from '../looked.ts';
import { StepsColumn } from '../steps/steps-column.tsx';
import { isStopped } from '../tone.ts';
import { ChartPart, RunStage } from './stage.tsx';
import { LargePicture } from './stage-picture.tsx';

/** The chart has a column of its own. */
const WIDE = '(min-width: 1600px)';

/** The steps, beside them the page at the moment that is looked at, and the chart: by itself while it tells most. */
export function Desk(looked: Looked) {
  const { moment, newest, startedAt, isLive } = looked;
  const isWide = useMedia(WIDE);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [isLarge, setLarge] = useState(false);
  const shown = chosen ?? (!isWide && isStopped(newest) ? 'chart' : 'picture');
  useRunKeys(looked, () => setLarge(true));
  return (
    <div class={isLive ? 'desk' : 'desk is-past'}>
      <StepsColumn {...looked} onConsole={() => setChosen('console')} />
      <RunStage
        {...looked}
        shown={shown}
        isChartBeside={isWide}
        onShow={setChosen}
        onEnlarge={() => setLarge(true)}
      />
      {isWide && (
        <section class="card desk-chart" aria-label={text.value.run.chart}>
          <ChartPart {...looked} isBeside />
        </section>
      )}
      {isLarge && <LargePicture moment={moment} startedAt={startedAt} onClose={() => setLarge(false)} />}
    </div>
  );
}
