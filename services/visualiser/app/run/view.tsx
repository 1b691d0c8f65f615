import { useEffect, useMemo } from 'preact/hooks';
import type { RunDetail } from '#shared/api/client/index.ts';
import { historyOf } from '#shared/domain/story/evolve.ts';
import { momentAt } from '#shared/domain/story/moment.ts';
import { openPause } from '#shared/domain/story/pauses.ts';
import { nearestSeq, type PastEvent } from '#shared/domain/story/when.ts';
import { whyUnread } from '../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { runNameOf, standingOf } from '../kit/standing/standing.ts';
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
import { Desk } from './desk/desk.tsx';
import { keepRun, knownOf } from './known-run.ts';
import type { Looked } from './looked.ts';
import { AnswerPart, PausePart, ResultsPart } from './on-demand.ts';
import { RunFacts } from './run-facts.tsx';
import { RunHead } from './run-head.tsx';
import { RunStatus } from './run-status.tsx';
import { createRunWatch } from './run-watch.ts';

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
  const looked = useLooked(run, events, wanted);
  const { newest, seq } = looked;
  const results = newest.end?.results ?? run.results;
  return (
    <section class="run">
      <RunHead {...looked} />
      <WaitsForPerson run={run} newest={newest} />
      <TimeAxis
        {...looked}
        seqNow={() => seqOf(route.peek() as { seq?: number }, events)}
        link={() => `${location.origin}${location.pathname}${hashOf({ view: 'run', id: run.id, seq })}`}
      />
      <Desk {...looked} />
      <RunFacts run={run} moment={newest} />
      {results && (
        <div class="run-results">
          <ResultsPart runId={run.id} results={results} />
        </div>
      )}
      <RunStatus {...looked} />
    </section>
  );
}

/** What the run asks a person now, or why it is paused. */
function WaitsForPerson({ run, newest }: Pick<Looked, 'run' | 'newest'>) {
  const step = newest.steps.at(-1);
  const pause = openPause(newest);
  if (run.status === 'running' && pause) return <PausePart key={pause.seq} run={run} pause={pause} />;
  if (run.status !== 'running' || step?.outcome !== 'running' || !step.question || step.resumed) return null;
  return <AnswerPart key={step.question.seq} run={run} step={step.index} question={step.question} />;
}

/** The moment that an address names, cut from all that is known of the run. */
function useLooked(run: RunDetail, events: readonly PastEvent[], wanted: number | undefined): Looked {
  const startedAt = Date.parse(run.startedAt);
  const last = events.at(-1)?.seq ?? 0;
  const seq = seqOf({ seq: wanted }, events);
  const isLive = seq >= last;
  const newest = useMemo(() => momentAt(historyOf(startedAt, events)), [startedAt, events]);
  const moment = useMemo(() => (isLive ? newest : momentAt(newest, seq)), [isLive, newest, seq]);
  const onMove = (next: number | undefined) =>
    replaceRoute({ view: 'run', id: run.id, ...(next !== undefined && next < last && { seq: next }) });
  return { run, events, startedAt, seq, moment, newest, isLive, onMove };
}

/** The event that an address names: the last one at or before it, or the last of all. */
const seqOf = (address: { seq?: number | undefined }, events: readonly PastEvent[]): number =>
  nearestSeq(events, address.seq ?? Number.POSITIVE_INFINITY);
