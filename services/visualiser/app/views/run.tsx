import { useEffect, useMemo } from 'preact/hooks';
import type { RunDetail } from '#shared/client/index.ts';
import { type Moment, momentAt, nearestSeq, type PastEvent } from '../model/history.ts';
import { hashOf } from '../model/route.ts';
import { nameOf, standingOf } from '../model/run-list.ts';
import { Empty, Skeleton } from '../parts/empty.tsx';
import { MomentCard } from '../parts/moment-card.tsx';
import { PastNote } from '../parts/past-note.tsx';
import { RunHead } from '../parts/run-head.tsx';
import { StateChart } from '../parts/state-chart.tsx';
import { StepList } from '../parts/step-list.tsx';
import { StoppingCard } from '../parts/stopping-card.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { TimeSlider } from '../parts/time-slider.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { VerdictCard } from '../parts/verdict-card.tsx';
import { usePolling } from '../state/polling.ts';
import { readProjects } from '../state/projects.ts';
import { useReceipt } from '../state/receipt.ts';
import { replaceRoute, route } from '../state/route.ts';
import { createRunWatch } from '../state/run-watch.ts';
import { client } from '../state/session.ts';
import { useTitle } from '../state/title.ts';
import { text } from '../text/text.ts';

/** `seq`: the moment that the address names; without one, the last. */
export function RunView({ id, seq }: { id: string; seq: number | undefined }) {
  const { run: words, app } = text.value;
  const api = client.value;
  const watch = useMemo(() => createRunWatch(api, id), [api, id]);
  useEffect(() => () => watch.close(), [watch]);
  usePolling(readProjects, { everyMs: 60_000, key: '' });
  const run = watch.detail.value;
  const failure = watch.failure.value;
  useTitle(run ? `${text.value.standing[standingOf(run)]} · ${nameOf(run)}` : words.chart);
  if (failure === 'missing')
    return (
      <Empty title={words.missing} lead={words.missingLead}>
        <a class="button" href="#/runs">
          {app.toRuns}
        </a>
      </Empty>
    );
  if (!run)
    return failure === 'error' ? <Empty title={words.failed} lead={app.lost} /> : <Skeleton lines={8} />;
  return <Run run={run} events={watch.events.value} wanted={seq} />;
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
  const moment = useMemo(() => momentAt(startedAt, events, seq), [startedAt, events, seq]);
  const newest = useMemo(
    () => (isLive ? moment : momentAt(startedAt, events, last)),
    [isLive, moment, startedAt, events, last],
  );
  const move = (next: number | undefined) =>
    replaceRoute({ view: 'run', id, ...(next !== undefined && next < last && { seq: next }) });
  const looked = { events, startedAt, seq, moment, isLive, onMove: move };
  return (
    <section class="run">
      <RunHead run={run} moment={newest} />
      <Stopping run={run} moment={newest} />
      {!isLive && (
        <PastNote
          seq={seq}
          last={last}
          offset={moment.at - startedAt}
          hasEnded={newest.outcome !== undefined}
          onBack={() => move(undefined)}
        />
      )}
      <div class={isLive ? 'run-grid' : 'run-grid is-past'}>
        <div class="run-main">
          <ChartCard {...looked} id={id} tone={toneOf(moment)} hasEnded={newest.outcome !== undefined} />
        </div>
        <div class="run-side">
          <MomentCard moment={moment} startedAt={startedAt} stepCount={stepCount} />
          <EventTabs {...looked} stepCount={stepCount} />
        </div>
      </div>
      <p class="sr" role="status">
        {isLive ? words.nowIn(moment.state) : ''}
      </p>
    </section>
  );
}

/** The moment of a run that is looked at, among its events. */
interface Looked {
  events: readonly PastEvent[];
  startedAt: number;
  seq: number;
  moment: Moment;
  /** It is the last. */
  isLive: boolean;
  onMove(seq: number | undefined): void;
}

function ChartCard(props: Looked & { id: string; tone: string; hasEnded: boolean }) {
  const { events, startedAt, seq, moment, isLive, onMove, id, tone, hasEnded } = props;
  const link = () => `${location.origin}${location.pathname}${hashOf({ view: 'run', id, seq })}`;
  return (
    <div class="card">
      <StateChart
        events={events}
        startedAt={startedAt}
        moment={moment}
        isLive={isLive}
        tone={tone}
        onChoose={(state) => onMove(lastEntry(events, state))}
      />
      <TimeSlider
        events={events}
        startedAt={startedAt}
        seq={seq}
        seqNow={() => seqOf(route.peek() as { seq?: number }, events)}
        isLive={isLive}
        hasEnded={hasEnded}
        link={link}
        onMove={onMove}
      />
    </div>
  );
}

function EventTabs(props: Looked & { stepCount: number | undefined }) {
  const { events, startedAt, seq, moment, isLive, onMove, stepCount } = props;
  const { run: words } = text.value;
  const steps = () => <StepList moment={moment} isLive={isLive} stepCount={stepCount} onMove={onMove} />;
  const timeline = () => <Timeline events={events} startedAt={startedAt} seq={seq} onMove={onMove} />;
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
 * How the run is being stopped, then the receipt; and the verdict of a supervisor that had to end it. If nobody had asked
 * for its end, there is nothing to account for.
 */
function Stopping({ run, moment }: { run: RunDetail; moment: Moment }) {
  const { cancel } = run;
  const isAsked = cancel?.requestedAt !== undefined;
  const receipt = useReceipt(run.id, isAsked, moment.state);
  if (!cancel) return null;
  return (
    <div class="stopping">
      {cancel.verdict && <VerdictCard cancel={cancel} />}
      {isAsked && <StoppingCard moment={moment} {...receipt} />}
    </div>
  );
}
