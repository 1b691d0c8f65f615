import type { RunSummary } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { durationOf, runNameOf, standingOf, stepsDone } from '../kit/standing/standing.ts';
import { StandingBadge } from '../kit/standing/standing-badge.tsx';
import { StepsMeter } from '../kit/standing/steps-meter.tsx';
import { TableCell } from '../kit/table/cell.tsx';
import { ProjectTag } from '../session/project.tsx';
import { formatAgo } from '../text/duration.ts';
import { momentText, shortMoment } from '../text/moment.ts';
import { text } from '../text/text.ts';
import { ListedWhy } from './listed-why.tsx';
import { PickBox } from './selection/pick-box.tsx';

export interface RunRowProps {
  run: RunSummary;
  now: number;
  /** The whole list, for a range of it. */
  shown: readonly RunSummary[];
  /** It is about to be shown by itself. */
  onOpen(): void;
}

/** The cells of a run in the list. */
export function RunRow({ run, now, shown, onOpen }: RunRowProps) {
  const { runs } = text.value;
  const { id, state, startedAt, owner, labels } = run;
  const duration = durationOf(run, now);
  return (
    <>
      <TableCell role="cell" name="pick">
        <PickBox run={run} shown={shown} />
      </TableCell>
      <TableCell role="cell" name="standing">
        <StandingBadge standing={standingOf(run)} />
        <code class="state">{shortState(state)}</code>
      </TableCell>
      <TableCell role="cell" name="run">
        <a href={`#/runs/${id}`} class="row-link" onClick={onOpen}>
          <bdi>{runNameOf(run)}</bdi>
          <span class="sr"> {shortId(id)}</span>
        </a>
        <code class="soft" aria-hidden="true">
          {shortId(id)}
        </code>
        {labels !== undefined && (
          <span class="run-labels" title={labels.join(' · ')}>
            {labels.join(' · ')}
          </span>
        )}
      </TableCell>
      <TableCell role="cell" name="project">
        <ProjectTag id={run.project} />
      </TableCell>
      <TableCell role="cell" name="started">
        <time dateTime={startedAt} title={momentText(startedAt)}>
          <span class="clock">{shortMoment(startedAt)}</span>{' '}
          <span class="ago">{runs.ago(formatAgo(now - Date.parse(startedAt)))}</span>
        </time>
      </TableCell>
      <TableCell role="cell" name="duration">
        {isFinal(run.status) ? formatDuration(duration) : formatAge(duration)}
      </TableCell>
      <TableCell role="cell" name="steps">
        <StepsMeter {...stepsDone(run)} all={run.stepCount} />
      </TableCell>
      <TableCell role="cell" name="owner">
        <code class="soft">{owner === undefined ? '–' : owner.slice(0, 8)}</code>
      </TableCell>
      <TableCell role="cell" name="reason">
        <ListedWhy run={run} />
      </TableCell>
    </>
  );
}

/** The status is said beside it. */
function shortState(state: string): string {
  const [, ...rest] = state.split('.');
  return rest.join('.');
}
