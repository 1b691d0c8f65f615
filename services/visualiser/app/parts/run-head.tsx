import { useState } from 'preact/hooks';
import type { RunDetail } from '#shared/client/index.ts';
import { formatAge, formatDuration } from '#shared/events/duration.ts';
import { shortId } from '#shared/run/short-id.ts';
import { isFinal } from '#shared/run/status.ts';
import { countSteps, type Moment } from '#shared/story/moment.ts';
import { formatAgo } from '../model/duration.ts';
import { durationOf, hostOf, nameOf, standingOf } from '../model/run-list.ts';
import { useNow } from '../state/clock.ts';
import { momentText } from '../text/moment.ts';
import { text } from '../text/text.ts';
import { CopyButton } from './copy-button.tsx';
import { FlowActions } from './flow-actions.tsx';
import { Icon } from './icon.tsx';
import { Labels } from './labels.tsx';
import { Fact } from './moment-card.tsx';
import { Project } from './project.tsx';
import { StepsMeter } from './run-row.tsx';
import { StandingBadge } from './standing-badge.tsx';
import { StopDialog } from './stop-dialog.tsx';
import { VideoButton } from './video.tsx';
import { Why } from './why.tsx';

/** What a run is, how it stands, and what can be done with it. */
export function RunHead({ run, moment }: { run: RunDetail; moment: Moment }) {
  const { app } = text.value;
  return (
    <header class="run-head">
      <div class="run-title">
        <StandingBadge standing={standingOf(run)} large />
        <h1 class={run.name === undefined ? 'run-unnamed' : undefined} title={nameOf(run)}>
          <bdi>{nameOf(run)}</bdi>
        </h1>
        <span class="run-id">
          <code>{shortId(run.id)}</code>
          <CopyButton value={() => run.id} label={app.copyId} />
        </span>
      </div>
      <Actions run={run} />
      <Why run={run} moment={moment} />
      <Facts run={run} moment={moment} />
    </header>
  );
}

/** Shows the flow of a run, stops one that goes on, or starts that of one that is over again. */
function Actions({ run }: { run: RunDetail }) {
  const { run: words } = text.value;
  const [isStopping, setStopping] = useState(false);
  const final = isFinal(run.status);
  const isHarder = run.status === 'cancelling';
  const canHarden = !(isHarder && run.cancel?.mode === 'force');
  return (
    <>
      <div class="run-actions">
        {!final && canHarden && (
          <button type="button" class="button danger" onClick={() => setStopping(true)}>
            <Icon name="stop" />
            {isHarder ? words.stopHarder : words.stop}
          </button>
        )}
        <FlowActions run={run} />
      </div>
      {isStopping && (
        <StopDialog id={run.id} isHarder={isHarder} isOver={final} onClose={() => setStopping(false)} />
      )}
    </>
  );
}

function Facts({ run, moment }: { run: RunDetail; moment: Moment }) {
  const { run: words, runs } = text.value;
  const now = useNow(1_000);
  const { startedAt, owner, videoPath, attempt, rerunOf, runnerLabels, labels } = run;
  const took = isFinal(run.status) ? formatDuration(run.durationMs) : formatAge(durationOf(run, now));
  return (
    <dl class="run-facts">
      <Fact name={words.project}>
        <Project id={run.project} />
      </Fact>
      <Fact name={words.site}>{hostOf(run.baseUrl)}</Fact>
      {labels !== undefined && (
        <Fact name={words.labels}>
          <Labels of={labels} />
        </Fact>
      )}
      <Fact name={words.started}>
        <time dateTime={startedAt} title={momentText(startedAt)}>
          {runs.ago(formatAgo(now - Date.parse(startedAt)))}
        </time>
      </Fact>
      <Fact name={words.duration}>{took}</Fact>
      <Fact name={words.steps}>
        <StepsMeter {...countSteps(moment)} all={run.stepCount} />
      </Fact>
      <Fact name={words.runner}>
        {owner === undefined ? <span class="soft">{runs.noRunner}</span> : <code>{owner.slice(0, 8)}</code>}
      </Fact>
      {runnerLabels !== undefined && <Fact name={words.runnerLabels}>{runnerLabels.join(', ')}</Fact>}
      {videoPath !== undefined && (
        <Fact name={words.video}>
          <VideoButton path={videoPath} />
        </Fact>
      )}
      {attempt !== undefined && <Fact name={words.attempt}>{attempt}</Fact>}
      {rerunOf !== undefined && (
        <Fact name={words.rerunOf}>
          <a href={`#/runs/${rerunOf}`}>{shortId(rerunOf)}</a>
        </Fact>
      )}
    </dl>
  );
}
