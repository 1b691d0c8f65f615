import { useState } from 'preact/hooks';
import type { RunDetail } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import { Fact } from '../kit/fact.tsx';
import { hostOf } from '../kit/standing/standing.ts';
import { ProjectTag } from '../session/project.tsx';
import { hashOf } from '../session/route.ts';
import { NO_FILTER } from '../session/runs-filter.ts';
import { shortMoment } from '../text/moment.ts';
import { text } from '../text/text.ts';
import { OpenTracePart } from './on-demand.ts';
import { VideoButton } from './pictures/video.tsx';
import { showResults } from './results/result-id.ts';
import { isStopped } from './tone.ts';

/** What else there is to know of a run. */
export function RunFacts({ run, moment }: { run: RunDetail; moment: Moment }) {
  const { run: words, runs, flow: flowWords } = text.value;
  const results = moment.end?.results ?? run.results;
  // Its place is there before the first result is.
  const [wasOpen] = useState(!isFinal(run.status));
  const { owner, videoPath, attempt, rerunOf, forkedFrom, forks, runnerLabels, labels, flow, trigger } = run;
  const { browser } = moment;
  const wasStopped = isFinal(run.status) && isStopped(moment);
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
      {trigger && <TriggerFact trigger={trigger} project={run.project} />}
      <Fact name={words.site}>{hostOf(run.baseUrl)}</Fact>
      {labels !== undefined && (
        <Fact name={words.labels}>
          <Labels of={labels} />
        </Fact>
      )}
      {(wasOpen || results !== undefined) && (
        <Fact name={words.results}>
          <button type="button" class="button compact" disabled={results === undefined} onClick={showResults}>
            {Object.keys(results ?? {}).length}
          </button>
        </Fact>
      )}
      <Fact name={words.runner}>
        {owner === undefined ? <span class="soft">{runs.noRunner}</span> : <code>{owner.slice(0, 8)}</code>}
      </Fact>
      {browser && (browser.killed || browser.pid !== undefined) && (
        <Fact name={words.browser}>
          {browser.killed ? words.browserKilled : words.browserAlive}
          {browser.pid !== undefined && <span class="soft"> pid {browser.pid}</span>}
        </Fact>
      )}
      {runnerLabels !== undefined && <Fact name={words.runnerLabels}>{runnerLabels.join(', ')}</Fact>}
      {videoPath !== undefined && (
        <Fact name={words.video}>
          <VideoButton path={videoPath} />
        </Fact>
      )}
      {wasStopped && (
        <Fact name={words.trace}>
          <OpenTracePart id={run.id} />
        </Fact>
      )}
      {attempt !== undefined && <Fact name={words.attempt}>{attempt}</Fact>}
      {rerunOf !== undefined && (
        <Fact name={words.rerunOf}>
          <a href={`#/runs/${rerunOf}`}>{shortId(rerunOf)}</a>
        </Fact>
      )}
      {forkedFrom && (
        <Fact name={words.forkedFrom}>
          <RunAtStep id={forkedFrom.runId} step={forkedFrom.step} />
        </Fact>
      )}
      {forks && (
        <Fact name={words.forks}>
          <span class="tags">
            {forks.map(({ id, step }) => (
              <RunAtStep key={id} id={id} step={step} />
            ))}
          </span>
        </Fact>
      )}
    </dl>
  );
}

interface TriggerFactProps {
  trigger: NonNullable<RunDetail['trigger']>;
  project: string;
}

/** The schedule that has started it, and for which of its times; or the batch, and for which of its tests. */
function TriggerFact({ trigger, project }: TriggerFactProps) {
  const { run: words } = text.value;
  if ('batch' in trigger) {
    const { batch: id, test, attempt } = trigger;
    return (
      <Fact name={words.batch}>
        <a href={hashOf({ view: 'batch', project, id })}>{shortId(id)}</a>{' '}
        <bdi class="soft">{words.ofTest(test, attempt)}</bdi>
      </Fact>
    );
  }
  const { schedule, nominalAt, kind } = trigger;
  return (
    <Fact name={words.schedule}>
      <a href={hashOf({ view: 'schedules', project })}>{schedule}</a>{' '}
      <span class="soft">{words.trigger[kind](shortMoment(nominalAt))}</span>
    </Fact>
  );
}

/** A run, and the step at which it and this one part. */
const RunAtStep = ({ id, step }: { id: string; step: number }) => (
  <span>
    <a href={`#/runs/${id}`}>{shortId(id)}</a> <span class="soft">{text.value.run.fromStep(step + 1)}</span>
  </span>
);

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
