import type { RunSummary } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { durationOf, nameOf, standingOf, stepsDone } from '../kit/standing.ts';
import { StandingBadge } from '../kit/standing-badge.tsx';
import { StepsMeter } from '../kit/steps-meter.tsx';
import { Cell } from '../kit/table/cell.tsx';
import { Project } from '../session/project.tsx';
import { formatAgo } from '../text/duration.ts';
import { momentText } from '../text/moment.ts';
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
      <Cell role="cell" name="pick">
        <PickBox run={run} shown={shown} />
      </Cell>
      <Cell role="cell" name="standing">
        <StandingBadge standing={standingOf(run)} />
        <code class="state">{shortState(state)}</code>
      </Cell>
      <Cell role="cell" name="run">
        <a href={`#/runs/${id}`} class="row-link" onClick={onOpen}>
          <bdi>{nameOf(run)}</bdi>
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
      </Cell>
      <Cell role="cell" name="project">
        <Project id={run.project} />
      </Cell>
      <Cell role="cell" name="started">
        <time dateTime={startedAt} title={momentText(startedAt)}>
          {runs.ago(formatAgo(now - Date.parse(startedAt)))}
        </time>
      </Cell>
      <Cell role="cell" name="duration">
        {isFinal(run.status) ? formatDuration(duration) : formatAge(duration)}
      </Cell>
      <Cell role="cell" name="steps">
        <StepsMeter {...stepsDone(run)} all={run.stepCount} />
      </Cell>
      <Cell role="cell" name="owner">
        <code class="soft">{owner === undefined ? '–' : owner.slice(0, 8)}</code>
      </Cell>
      <Cell role="cell" name="reason">
        <ListedWhy run={run} />
      </Cell>
    </>
  );
}

/** The status is said beside it. */
function shortState(state: string): string {
  const [, ...rest] = state.split('.');
  return rest.join('.');
}
