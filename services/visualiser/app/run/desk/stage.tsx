import { isFinal } from '#shared/domain/run/status.ts';
import { isNotable } from '#shared/domain/story/notable.ts';
import { onDemand } from '../../kit/on-demand.tsx';
import { type Tab, Tabs } from '../../kit/tabs.tsx';
import { text } from '../../text/text.ts';
import type { Looked } from '../looked.ts';
import { ConsolePart, FlowPart, ForkPart, LivePart, TimelinePart } from '../on-demand.ts';
import { linesOf } from '../said/console.ts';
import { StagePicture } from './stage-picture.tsx';

export const ChartPart = onDemand(async () => (await import('../chart/chart-side.tsx')).ChartSide);

export interface RunStageProps extends Looked {
  /** The id of the tab. */
  shown: string;
  /** The chart has a place of its own. */
  isChartBeside: boolean;
  onShow(tab: string): void;
  onEnlarge(): void;
}

/** The page at the moment that is looked at, and in tabs what else there is to see of it. */
export function RunStage({ shown, isChartBeside, onShow, onEnlarge, ...looked }: RunStageProps) {
  const { run: words } = text.value;
  const { run, events, seq, moment, newest, startedAt, isLive, onMove } = looked;
  const picture = { moment, startedAt, onEnlarge };
  const hasPage = isLive && !isFinal(run.status);
  const chart: Tab = {
    id: 'chart',
    title: words.chart,
    render: () => <ChartPart {...looked} isBeside={false} />,
  };
  const tabs: Tab[] = [
    {
      id: 'picture',
      title: words.pictureTab,
      render: () =>
        hasPage ? (
          <LivePart runId={run.id} {...picture} />
        ) : (
          <StagePicture {...picture}>{run.forkFrom && <ForkPart run={run} moment={moment} />}</StagePicture>
        ),
    },
    ...(isChartBeside ? [] : [chart]),
    {
      id: 'events',
      title: words.timeline,
      render: () => <TimelinePart events={events} history={newest} seq={seq} onMove={onMove} />,
    },
    {
      id: 'console',
      title: <ConsoleTitle newest={newest} />,
      render: () => <ConsolePart newest={newest} seq={seq} onMove={onMove} />,
    },
    { id: 'flow', title: words.flowTab, render: () => <FlowPart run={run} newest={newest} /> },
  ];
  return <Tabs label={words.stage} tabs={tabs} chosen={shown} onChoose={onShow} />;
}

/** How much the page said that may be why a step did not get on. */
function ConsoleTitle({ newest }: Pick<Looked, 'newest'>) {
  const notable = linesOf(newest.steps).filter(({ said }) => isNotable(said)).length;
  return (
    <>
      {text.value.run.consoleTab}
      {notable > 0 && <span class="tab-count">{notable}</span>}
    </>
  );
}
