import { useEffect, useRef, useState } from 'preact/hooks';
import type { RunSummary } from '#shared/client/index.ts';
import { keptForUser } from '../model/kept.ts';
import { Cell } from '../parts/cell.tsx';
import { Empty, Skeleton } from '../parts/empty.tsx';
import { Icon } from '../parts/icon.tsx';
import { Invitations } from '../parts/invitations.tsx';
import { RunRow } from '../parts/run-row.tsx';
import { isFiltered, NO_FILTER, RunsToolbar } from '../parts/runs-toolbar.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useNow } from '../state/clock.ts';
import { useRuns } from '../state/runs.ts';
import { userNow } from '../state/session.ts';
import { useTitle } from '../state/title.ts';
import { text } from '../text/text.ts';

const ROW_HEIGHT = 48;
const NARROW_ROW_HEIGHT = 92;
const NARROW = matchMedia('(max-width: 759px)');

const COLUMNS = ['status', 'run', 'project', 'started', 'duration', 'steps', 'owner', 'reason'] as const;

/** What was chosen last stays chosen while the page is open. */
const lastFilter = keptForUser(userNow, NO_FILTER);

export function RunsView() {
  const { runs: words, app } = text.value;
  const [filter, setFilter] = useState(() => lastFilter.read());
  const visible = useRef<readonly RunSummary[]>([]);
  const runs = useRuns(filter, visible);
  const { all, shown, hasMore, loaded } = runs;
  useTitle(words.title);
  lastFilter.keep(filter);
  return (
    <section class="runs" aria-labelledby="runs-title">
      <Invitations />
      <RunsToolbar filter={filter} onFilter={setFilter}>
        {loaded &&
          (filter.search === '' ? words.count(shown.length, hasMore) : words.found(shown.length, all.length))}
      </RunsToolbar>
      {runs.failed && all.length === 0 ? (
        <Empty title={words.failed} lead={app.lost} />
      ) : !loaded ? (
        <Skeleton lines={10} />
      ) : shown.length === 0 && !runs.searchesOn ? (
        <Nothing isFiltered={isFiltered(filter)} />
      ) : (
        <Table {...runs} visible={visible} />
      )}
    </section>
  );
}

interface TableProps extends Pick<ReturnType<typeof useRuns>, 'shown' | 'hasMore' | 'more'> {
  /** Told which are on screen. */
  visible: { current: readonly RunSummary[] };
}

function Table({ shown, hasMore, more, visible }: TableProps) {
  const { runs: words } = text.value;
  const isNarrow = useNarrow();
  const now = useNow(1_000);
  return (
    <VirtualList
      items={shown}
      rowHeight={isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT}
      label={words.title}
      head={<Head />}
      renderRow={(run) => <RunRow run={run} now={now} />}
      onScreen={(items) => {
        visible.current = items;
      }}
      onEnd={more}
      foot={hasMore && <p class="table-foot">{words.loadingMore}</p>}
    />
  );
}

function Head() {
  const { runs } = text.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: of a table of which most rows are not there
    // biome-ignore lint/a11y/useFocusableInteractive: nothing can be done with it
    <div class="row row-head" role="row" aria-rowindex={1}>
      {COLUMNS.map((name) => (
        <Cell key={name} role="columnheader" name={name === 'status' ? 'standing' : name}>
          {runs[name]}
        </Cell>
      ))}
    </div>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const { runs, app } = text.value;
  if (isFiltered) return <Empty title={runs.noMatch} lead={runs.noMatchLead} />;
  return (
    <Empty title={runs.none} lead={runs.noneLead}>
      <a class="button primary" href="#/new">
        <Icon name="plus" />
        {app.newRun}
      </a>
    </Empty>
  );
}

function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const look = () => setNarrow(NARROW.matches);
    NARROW.addEventListener('change', look);
    return () => NARROW.removeEventListener('change', look);
  }, []);
  return isNarrow;
}
