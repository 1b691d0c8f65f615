import { useState } from 'preact/hooks';
import type { RunDetail } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { countSteps, type Moment } from '#shared/domain/story/moment.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { asItWas } from '../kit/as-it-was.tsx';
import { useNow } from '../kit/clock.ts';
import { CopyButton } from '../kit/copy-button.tsx';
import { Fact } from '../kit/fact.tsx';
import { Icon } from '../kit/icon.tsx';
import { durationOf, hostOf, runNameOf, standingOf } from '../kit/standing.ts';
import { StandingBadge } from '../kit/standing-badge.tsx';
import { StepsMeter } from '../kit/steps-meter.tsx';
import { ProjectTag } from '../session/project.tsx';
import { hashOf } from '../session/route.ts';
import { NO_FILTER } from '../session/runs-filter.ts';
import { formatAgo } from '../text/duration.ts';
import { momentText } from '../text/moment.ts';
import { text } from '../text/text.ts';
import { FlowActions } from './flow/flow-actions.tsx';
import { VideoButton } from './pictures/video.tsx';
import { showResults } from './results/result-id.ts';
import { StopDialog } from './stop/stop-dialog.tsx';
import { Why } from './why/why.tsx';

/** What a run is, how it stands, and what can be done with it. */
export function RunHead({ run, moment }: { run: RunDetail; moment: Moment }) {
  const { app } = text.value;
  return (
    <header class="run-head">
      <div class="run-title">
        <StandingBadge standing={standingOf(run)} large />
        <h1 class={run.name === undefined ? 'run-unnamed' : undefined} title={runNameOf(run)}>
          <bdi>{runNameOf(run)}</bdi>
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
  const { run: words, app } = text.value;
  const old = asItWas();
  const [isStopping, setStopping] = useState(false);
  const final = isFinal(run.status);
  const isHarder = run.status === 'cancelling';
  const stop = isHarder ? words.stopHarder : words.stop;
  const canHarden = !(isHarder && run.cancel?.mode === 'force');
  return (
    <>
      <div class="run-actions">
        {!final && canHarden && (
          <button
            type="button"
            class={`button danger${old === undefined ? '' : ' is-old'}`}
            title={old && `${app.notNow} ${old}.`}
            onClick={() => setStopping(true)}
          >
            <Icon name="stop" />
            {old === undefined ? stop : words.notNow(stop)}
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
  const { run: words, runs, results: found, flow: flowWords } = text.value;
  const now = useNow(1_000);
  const results = moment.end?.results ?? run.results;
  // Its place is there before the first result is.
  const [wasOpen] = useState(!isFinal(run.status));
  const { startedAt, owner, videoPath, attempt, rerunOf, runnerLabels, labels, flow } = run;
  const took = isFinal(run.status) ? formatDuration(run.durationMs) : formatAge(durationOf(run, now));
  return (
    <dl class="run-facts">
      <Fact name={words.project}>
        <ProjectTag id={run.project} />
      </Fact>
      {flow && (
        <Fact name={flowWords.named}>
          <a href={hashOf({ view: 'flow', project: run.project, name: flow.name })}>
            {flowWords.namedVersion(flow.name, flow.version)}
          </a>
        </Fact>
      )}
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
      {(wasOpen || results !== undefined) && (
        <Fact name={found.title}>
          <button type="button" class="button compact" disabled={results === undefined} onClick={showResults}>
            {Object.keys(results ?? {}).length}
          </button>
        </Fact>
      )}
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

/** The labels of a run; each leads to the runs that have it. */
function Labels({ of }: { of: readonly string[] }) {
  const { runs } = text.value;
  return (
    <span class="tags">
      {of.map((label) => (
        <a
          key={label}
          class="tag"
          title={runs.withLabel(label)}
          href={hashOf({ view: 'runs', filter: { ...NO_FILTER, label } })}
        >
          <bdi>{label}</bdi>
        </a>
      ))}
    </span>
  );
}
