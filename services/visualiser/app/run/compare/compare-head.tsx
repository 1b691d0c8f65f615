import { useState } from 'preact/hooks';
import type { RunDetail, RunSummary } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { useNow } from '../../kit/clock.ts';
import { Icon } from '../../kit/icon.tsx';
import { durationOf, runNameOf, standingOf } from '../../kit/standing/standing.ts';
import { StandingBadge } from '../../kit/standing/standing-badge.tsx';
import { Select } from '../../runs/select.tsx';
import { go } from '../../session/location.ts';
import { usePolling } from '../../session/polling.ts';
import { hashOf } from '../../session/route.ts';
import { momentText } from '../../text/moment.ts';
import { text } from '../../text/text.ts';
import { readLast } from '../history/read-last.ts';
import type { BothRuns } from './use-compared.ts';
import { compareWords } from './words.ts';

/** What is compared with what, and the choice of another run. */
export function CompareHead({ here, there }: BothRuns) {
  const words = compareWords.value;
  return (
    <header class="compare-head">
      <p class="compare-back">
        <a href={hashOf({ view: 'run', id: here.id })}>
          <Icon name="left" size={13} /> {words.back}
        </a>
      </p>
      <h1>
        {words.title}: <bdi>{runNameOf(here)}</bdi>
      </h1>
      <dl>
        <RunLine label={words.here} run={here} />
        {there && <RunLine label={words.there} run={there} />}
      </dl>
      <OtherRun here={here} there={there} />
    </header>
  );
}

function RunLine({ label, run }: { label: string; run: RunDetail }) {
  const { id, startedAt, flow } = run;
  const now = useNow(1_000);
  return (
    <div class={`compare-run tone-${standingOf(run)}`}>
      <dt>{label}</dt>
      <dd>
        <StandingBadge standing={standingOf(run)} />
        <a href={hashOf({ view: 'run', id })}>
          <code>{shortId(id)}</code>
        </a>
        <time dateTime={startedAt}>{momentText(startedAt)}</time>
        <span class="soft">{formatDuration(durationOf(run, now))}</span>
        {flow && <span class="soft">{compareWords.value.version(flow.version)}</span>}
      </dd>
    </div>
  );
}

const LOOK_MS = 20_000;

/** The last runs of the same flow or name, to choose from. */
function OtherRun({ here, there }: BothRuns) {
  const { standing } = text.value;
  const [last, setLast] = useState<readonly RunSummary[]>([]);
  usePolling(async (signal) => setLast(await readLast(here, signal)), { everyMs: LOOK_MS, key: here.id });
  const others = last.filter(({ id }) => id !== here.id && id !== there?.id).toReversed();
  if (others.length === 0) return null;
  const nameOf = (run: RunSummary) =>
    `${shortId(run.id)} · ${standing[standingOf(run)]} · ${momentText(run.startedAt)}`;
  const shown = [...(there ? [there] : []), ...others];
  return (
    <Select
      label={compareWords.value.choose}
      name="other"
      value={there?.id ?? ''}
      options={[
        ...(there ? [] : [['', compareWords.value.choose] as const]),
        ...shown.map((run) => [run.id, nameOf(run)] as const),
      ]}
      onChange={(other) => other !== '' && go({ view: 'compare', id: here.id, other })}
    />
  );
}
