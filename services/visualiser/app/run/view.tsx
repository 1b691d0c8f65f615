import { useEffect, useMemo, useState } from 'preact/hooks';
import type { RunDetail } from '#shared/api/client/index.ts';
import type { EventStep } from '#shared/domain/events/events.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { historyOf } from '#shared/domain/story/history.ts';
import { countSteps, type Moment, momentAt } from '#shared/domain/story/moment.ts';
import { nearestSeq, type PastEvent } from '#shared/domain/story/when.ts';
import { whyUnread } from '../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { onDemand } from '../kit/on-demand.tsx';
import { runNameOf, standingOf } from '../kit/standing.ts';
import { Tabs } from '../kit/tabs.tsx';
import { useTitle } from '../kit/title.ts';
import { unread } from '../session/connection.ts';
import { replaceRoute, route } from '../session/location.ts';
import { usePolling } from '../session/polling.ts';
import { readProjects } from '../session/projects.ts';
import { hashOf } from '../session/route.ts';
import { client } from '../session/session.ts';
import { text } from '../text/text.ts';
import { AsListed } from './as-listed.tsx';
import { TimeAxis } from './axis/time-axis.tsx';
import { StateChart } from './chart/state-chart.tsx';
import { keepRun, knownOf } from './known-run.ts';
import { MomentFacts, MomentPicture } from './moment-card.tsx';
import { RunHead } from './run-head.tsx';
import { createRunWatch } from './run-watch.ts';
import { StepList } from './steps/step-list.tsx';
import { Timeline } from './steps/timeline.tsx';
import { useReceipt } from './stop/receipt.ts';
import { StoppingCard } from './stop/stopping-card.tsx';
import { VerdictCard } from './stop/verdict-card.tsx';

const ResultsCard = onDemand(async () => (await import('./results/results-card.tsx')).ResultsCard);

/** `seq`: the moment that the address names; without one, the last. */
export function RunView({ id, seq }: { id: string; seq: number | undefined }) {
  const { run: words, app } = text.value;
  const api = client.value;
  const watch = useMemo(() => createRunWatch(api, id), [api, id]);
  useEffect(
    () => () => {
      keepRun(id, watch);
      watch.close();
    },
    [watch],
  );
  usePolling(readProjects, { everyMs: 60_000, key: '' });
  const { run, events } = knownOf(id, watch);
  const failure = watch.failure.value;
  useTitle(run ? `${text.value.standing[standingOf(run)]} · ${runNameOf(run)}` : words.chart);
  if (failure === 'missing')
    return (
      <Empty title={words.missing} lead={words.missingLead}>
        <a class="button" href="#/runs">
          {app.toRuns}
        </a>
      </Empty>
    );
  if (run) return <Run run={run} events={events} wanted={seq} />;
  if (failure !== 'error' && unread.value === undefined) return <Skeleton lines={8} />;
  return (
    <Empty title={words.failed} lead={whyUnread()}>
      <AsListed id={id} />
    </Empty>
  );
}

interface RunProps {
  run: RunDetail;
  events: readonly PastEvent[];
  wanted: number | undefined;
}

function Run({ run, events, wanted }: RunProps) {
  const { run: words } = text.value;
  const { id, stepCount } = run;
  const startedAt = Date.parse(run.startedAt);
  const last = events.at(-1)?.seq ?? 0;
  const seq = seqOf({ seq: wanted }, events);
  const isLive = seq >= last;
  const newest = useMemo(() => momentAt(historyOf(startedAt, events)), [startedAt, events]);
  const moment = useMemo(() => (isLive ? newest : momentAt(newest, seq)), [isLive, newest, seq]);
  const onMove = (next: number | undefined) =>
    replaceRoute({ view: 'run', id, ...(next !== undefined && next < last && { seq: next }) });
  const results = newest.end?.results ?? run.results;
  const looked = { events, startedAt, seq, moment, newest, isLive, onMove };
  return (
    <section class="run">
      <RunHead run={run} moment={newest} />
      <TimeAxis
        {...looked}
        seqNow={() => seqOf(route.peek() as { seq?: number }, events)}
        link={() => `${location.origin}${location.pathname}${hashOf({ view: 'run', id, seq })}`}
      />
      <div class={isLive ? 'run-grid' : 'run-grid is-past'}>
        <div class="run-main">
          <div class="card run-chart">
            <StateChart
              {...{ moment, isLive }}
              tone={toneOf(moment)}
              onChoose={(state) => onMove(lastEntry(events, state))}
            />
          </div>
          <Stopping run={run} moment={newest} />
        </div>
        <div class="run-side">
          <MomentPicture moment={moment} startedAt={startedAt} />
          <EventTabs {...{ run, events, seq, moment, newest, isLive, onMove }} />
          <MomentFacts moment={moment} startedAt={startedAt} stepCount={stepCount} />
        </div>
        {results && (
          <div class="run-results">
            <ResultsCard runId={id} results={results} />
          </div>
        )}
      </div>
      <p class="sr" role="status">
        {isLive ? words.nowIn(moment.state) : ''}
      </p>
    </section>
  );
}

interface EventTabsProps {
  run: RunDetail;
  events: readonly PastEvent[];
  /** The event that is looked at. */
  seq: number;
  moment: Moment;
  newest: Moment;
  /** The last moment is looked at. */
  isLive: boolean;
  onMove(seq: number | undefined): void;
}

function EventTabs({ run, events, seq, moment, newest, isLive, onMove }: EventTabsProps) {
  const { run: words } = text.value;
  const { id, stepCount } = run;
  const isAllBegun = stepCount !== undefined && countSteps(newest).begun >= stepCount;
  const plan = useFlowSteps(id, !isAllBegun);
  const steps = () => <StepList {...{ moment, newest, plan, stepCount, isLive, onMove }} />;
  const timeline = () => <Timeline {...{ events, history: newest, seq, onMove }} />;
  return (
    <Tabs
      label={words.timeline}
      tabs={[
        { id: 'steps', title: words.stepList, render: steps },
        { id: 'timeline', title: words.timeline, render: timeline },
      ]}
    />
  );
}

/** The event that an address names: the last one at or before it, or the last of all. */
const seqOf = (address: { seq?: number | undefined }, events: readonly PastEvent[]): number =>
  nearestSeq(events, address.seq ?? Number.POSITIVE_INFINITY);

/** The event by which a run came into a state the last time; 0 for the one it began in. */
const lastEntry = (events: readonly PastEvent[], state: string): number =>
  events.findLast((event) => event.type === 'transition' && event.payload.to === state)?.seq ?? 0;

/** The colour of the state that a run is in: of the last one, how the run ended. */
function toneOf({ state, outcome, cancel }: Moment): string {
  if (outcome) return outcome;
  if (state === 'pass') return 'pass';
  if (state === 'fail') return cancel ? 'cancelled' : 'fail';
  return state.startsWith('cancelling') ? 'cancelling' : 'running';
}

/**
 * How the run is being stopped, then the receipt; and the verdict of a supervisor that had to end it. Of a run that went
 * on when it was opened it has its place from the start.
 */
function Stopping({ run, moment }: { run: RunDetail; moment: Moment }) {
  const { cancel } = run;
  const [wasOpen] = useState(!isFinal(run.status));
  const isAsked = cancel?.requestedAt !== undefined || moment.cancel !== undefined;
  const receipt = useReceipt(run.id, isAsked, moment.state);
  return (
    <div class="run-stop">
      {cancel?.verdict && <VerdictCard cancel={cancel} />}
      {(isAsked || wasOpen) && <StoppingCard moment={moment} isAsked={isAsked} {...receipt} />}
    </div>
  );
}

/** The steps of a run's flow, read once they are wanted; undefined until then, and if they cannot be read. */
function useFlowSteps(id: string, isWanted: boolean): readonly EventStep[] | undefined {
  const [steps, setSteps] = useState<readonly EventStep[] | undefined>(undefined);
  useEffect(() => {
    if (!isWanted) return;
    const leaving = new AbortController();
    client.value.flow(id, { signal: leaving.signal }).then(
      ({ flow }) => setSteps(Array.isArray(flow.steps) ? (flow.steps as EventStep[]) : undefined),
      () => undefined, // how many are ahead is known without it
    );
    return () => leaving.abort();
  }, [id, isWanted]);
  return steps;
}
