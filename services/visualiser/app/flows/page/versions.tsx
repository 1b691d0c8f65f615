import { useState } from 'preact/hooks';
import { Skeleton } from '../../kit/empty.tsx';
import { usePolledList } from '../../session/polled-list.ts';
import { usePolling } from '../../session/polling.ts';
import {
  type FlowPlace,
  type FlowStatistics,
  readStatistics,
  readVersions,
  type StoredFlow,
} from '../flows.ts';
import { flowWords } from '../words.ts';
import { DifferenceOf } from './difference-of.tsx';
import { VersionDialog } from './version-dialog.tsx';
import { percent, VersionTable } from './version-table.tsx';

interface VersionsProps {
  place: FlowPlace;
  newest: StoredFlow;
  onRun(version: { version: number; flow: Readonly<Record<string, unknown>> }): void;
  /** An earlier version is the newest now. */
  onRestored(): void;
}

/** The versions of a flow, how their runs went, and what is different between two of them. */
export function Versions({ place, newest, onRun, onRestored }: VersionsProps) {
  const { versions: words, difference } = flowWords.value;
  const { found, statistics, hasMore, showMore } = useVersions(place, newest.version);
  const [chosen, setChosen] = useState<{ from?: number; to?: number }>({});
  const [opened, setOpened] = useState<number | undefined>(undefined);
  const to = chosen.to ?? newest.version;
  const from = chosen.from ?? Math.max(1, to - 1);
  return (
    <section class="card versions" aria-labelledby="versions-title">
      <h2 id="versions-title">{words.title}</h2>
      {!found && <Skeleton lines={3} />}
      {found && (
        <VersionTable
          versions={found}
          statistics={statistics?.versions ?? []}
          {...{ from, to }}
          onChoose={(part) => setChosen({ from, to, ...part })}
          onOpen={setOpened}
        />
      )}
      {hasMore && (
        <button type="button" class="button compact" onClick={showMore}>
          {words.more}
        </button>
      )}
      {statistics && statistics.runs > 0 && <p class="hint">{words.statisticsHint(statistics.runs)}</p>}
      {statistics?.tests && <p class="hint">{flakeText(statistics.tests)}</p>}
      {from !== to && (
        <section class="versions-difference" aria-labelledby="difference-title">
          <h3 id="difference-title">{difference.title(from, to)}</h3>
          <DifferenceOf place={place} from={from} to={to} />
        </section>
      )}
      {opened !== undefined && (
        <VersionDialog
          place={place}
          version={opened}
          isNewest={opened === newest.version}
          onRun={(flow) => {
            setOpened(undefined);
            onRun({ version: opened, flow });
          }}
          onRestored={() => {
            setOpened(undefined);
            setChosen({});
            onRestored();
          }}
          onClose={() => setOpened(undefined)}
        />
      )}
    </section>
  );
}

const flakeText = ({ flaky, tests, flakeRate }: NonNullable<FlowStatistics['tests']>): string =>
  flowWords.value.versions.flakes(flaky, tests, percent(flakeRate));

const LOOK_MS = 5_000;
const SIZES = { first: 10, more: 1_000, most: 1_000 };

/** `newest`: read anew with each version. */
function useVersions(place: FlowPlace, newest: number) {
  const [statistics, setStatistics] = useState<FlowStatistics | undefined>(undefined);
  const key = `versions ${place.id} ${place.name} ${newest}`;
  const { found, hasMore, showMore } = usePolledList((limit, signal) => readVersions(place, limit, signal), {
    everyMs: LOOK_MS,
    key,
    sizes: SIZES,
  });
  usePolling(async (signal) => setStatistics(await readStatistics(place, signal)), { everyMs: LOOK_MS, key });
  return { found, statistics, hasMore, showMore };
}
