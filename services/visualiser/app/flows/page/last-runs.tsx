import type { RunSummary } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { useNow } from '../../kit/clock.ts';
import { Skeleton } from '../../kit/empty.tsx';
import { durationOf, standingOf } from '../../kit/standing/standing.ts';
import { StandingBadge } from '../../kit/standing/standing-badge.tsx';
import { useKept } from '../../session/kept.ts';
import { usePolling } from '../../session/polling.ts';
import { hashOf } from '../../session/route.ts';
import { NO_FILTER } from '../../session/runs-filter.ts';
import { formatAgo } from '../../text/duration.ts';
import { momentText } from '../../text/moment.ts';
import { text } from '../../text/text.ts';
import { type FlowPlace, readLastRuns } from '../flows.ts';
import { flowWords } from '../words.ts';

const LOOK_MS = 2_000;
const SHOWN = 12;

/** The newest runs of a flow. */
export function LastRuns({ place }: { place: FlowPlace }) {
  const { runs: words } = flowWords.value;
  const key = `last runs ${place.id} ${place.name}`;
  const [found, setFound] = useKept<RunSummary[]>(key);
  const now = useNow(1_000);
  usePolling(async (signal) => setFound(await readLastRuns(place, SHOWN, signal)), {
    everyMs: LOOK_MS,
    key,
  });
  return (
    <section class="card last-runs" aria-labelledby="last-runs-title">
      <header>
        <h2 id="last-runs-title">{words.title}</h2>
        {found && found.length > 0 && (
          <a href={hashOf({ view: 'runs', filter: { ...NO_FILTER, project: place.id, flow: place.name } })}>
            {words.all}
          </a>
        )}
      </header>
      {!found && <Skeleton lines={4} />}
      {found?.length === 0 && <p class="soft">{words.none}</p>}
      <ul>
        {found?.map((run) => (
          <LastRun key={run.id} run={run} now={now} />
        ))}
      </ul>
    </section>
  );
}

function LastRun({ run, now }: { run: RunSummary; now: number }) {
  const { runs: words } = flowWords.value;
  const { id, startedAt, status, flow } = run;
  const duration = durationOf(run, now);
  return (
    <li>
      <StandingBadge standing={standingOf(run)} />
      <a href={hashOf({ view: 'run', id })}>{shortId(id)}</a>
      {flow && <span class="soft">{words.version(flow.version)}</span>}
      <span class="soft last-run-time">
        {isFinal(status) ? formatDuration(duration) : formatAge(duration)}
        {' · '}
        <time dateTime={startedAt} title={momentText(startedAt)}>
          {text.value.runs.ago(formatAgo(now - Date.parse(startedAt)))}
        </time>
      </span>
    </li>
  );
}
