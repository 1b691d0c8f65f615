import { useState } from 'preact/hooks';
import type { RunDetail } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { asItWas } from '../kit/as-it-was.tsx';
import { useNow } from '../kit/clock.ts';
import { CopyButton } from '../kit/copy-button.tsx';
import { Icon } from '../kit/icon.tsx';
import { withoutDirections } from '../kit/plain-text.ts';
import { durationOf, hasName, runNameOf, standingOf } from '../kit/standing/standing.ts';
import { StandingBadge } from '../kit/standing/standing-badge.tsx';
import { formatAgo } from '../text/duration.ts';
import { clockText, momentText } from '../text/moment.ts';
import { text } from '../text/text.ts';
import { FlowActions } from './flow/flow-actions.tsx';
import type { Looked } from './looked.ts';
import { OutcomesPart, PauseButtonPart, TicketPart } from './on-demand.ts';
import { type Pausing, pausingOf } from './pause/pausing.ts';
import { StopDialog } from './stop/stop-dialog.tsx';
import { RunWay } from './way/run-way.tsx';
import { Why } from './why/why.tsx';

/** What a run is, how it stands and why, how it came there, and what can be done with it. */
export function RunHead({ run, events, newest, moment, isLive }: Looked) {
  const { app } = text.value;
  const [isToGrow] = useState(!isFinal(run.status));
  return (
    <header class="run-head">
      <div class="run-title">
        <StandingBadge standing={standingOf(run)} large />
        <h1 class={hasName(run) ? undefined : 'run-unnamed'} title={withoutDirections(runNameOf(run))}>
          <bdi>{runNameOf(run)}</bdi>
        </h1>
        <span class="run-id">
          <code>{shortId(run.id)}</code>
          <CopyButton value={() => run.id} label={app.copyId} />
          <TicketPart run={run} moment={newest} />
        </span>
        {(hasName(run) || run.flow) && (
          <div class="last-place">
            <OutcomesPart run={run} />
          </div>
        )}
      </div>
      <Actions run={run} pausing={pausingOf(newest, events)} />
      <Why run={run} moment={newest} />
      <div class={isToGrow ? 'run-line is-to-grow' : 'run-line'}>
        <When run={run} />
        <RunWay moment={moment} isLive={isLive} />
      </div>
    </header>
  );
}

/** When it began, by the clock on the wall, and how long it took. */
function When({ run }: { run: RunDetail }) {
  const { run: words, runs } = text.value;
  const now = useNow(1_000);
  const { startedAt, status } = run;
  const took = isFinal(status) ? formatDuration(run.durationMs) : formatAge(durationOf(run, now));
  return (
    <p class="run-when">
      <time dateTime={startedAt} title={momentText(startedAt)}>
        {clockText(startedAt)}
      </time>{' '}
      <span class="soft">({runs.ago(formatAgo(now - Date.parse(startedAt)))})</span>
      <span class="run-took" title={words.duration}>
        <Icon name="clock" size={13} /> {took}
      </span>
    </p>
  );
}

/** Shows the flow of a run, stops one that goes on, or starts that of one that is over again. */
function Actions({ run, pausing }: { run: RunDetail; pausing: Pausing }) {
  const { run: words, app } = text.value;
  const old = asItWas();
  const [isStopping, setStopping] = useState(false);
  const final = isFinal(run.status);
  const isHarder = run.status === 'cancelling';
  const canHarden = !(isHarder && run.cancel?.mode === 'force');
  const stop = isHarder ? words.stopHarder : words.stop;
  return (
    <>
      <div class="run-actions">
        {!final && canHarden && (
          <button
            type="button"
            class={`button danger${old === undefined ? '' : ' is-old'}`}
            title={old === undefined ? `${stop} (s)` : `${app.notNow} ${old}.`}
            aria-keyshortcuts="s"
            onClick={() => setStopping(true)}
          >
            <Icon name="stop" />
            {old === undefined ? stop : words.notNow(stop)}
          </button>
        )}
        {run.status === 'running' && pausing !== 'begun' && (
          <PauseButtonPart run={run} isAsked={pausing === 'asked'} isOff={old !== undefined} />
        )}
        <FlowActions run={run} />
      </div>
      {isStopping && (
        <StopDialog id={run.id} isHarder={isHarder} isOver={final} onClose={() => setStopping(false)} />
      )}
    </>
  );
}
