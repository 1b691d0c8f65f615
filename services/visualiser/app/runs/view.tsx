import { useRef, useState } from 'preact/hooks';
import type { RunSummary } from '#shared/api/client/index.ts';
import { whyUnread } from '../frame/outage-notice.tsx';
import { AsItWas } from '../kit/as-it-was.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { onDemand } from '../kit/on-demand.tsx';
import { useTitle } from '../kit/title.ts';
import { go, replaceRoute } from '../session/location.ts';
import { isFiltered, NO_FILTER, type RunsFilter } from '../session/runs-filter.ts';
import { text } from '../text/text.ts';
import { Invitations } from './invitations/view.tsx';
import { useListKeys } from './list-keys.ts';
import { useHeldRuns } from './new-runs.ts';
import { useRuns } from './runs.ts';
import { RunsTable } from './runs-table.tsx';
import { RunsToolbar } from './runs-toolbar.tsx';
import { extendTo, toggleRun, useSelection } from './selection/selected-runs.ts';
import { isSelectable } from './selection/selection.ts';
import { SelectionBar } from './selection/selection-bar.tsx';

const KeysDialog = onDemand(async () => (await import('./keys-dialog.tsx')).KeysDialog);
const CancelRunsDialog = onDemand(
  async () => (await import('./selection/cancel-runs-dialog.tsx')).CancelRunsDialog,
);

/** `filter` is what the address says. */
export function RunsView({ filter = NO_FILTER }: { filter: RunsFilter | undefined }) {
  const { runs: words } = text.value;
  const visible = useRef<readonly RunSummary[]>([]);
  const runs = useRuns(filter, visible);
  const { runs: all, key, hasMore, loaded, more } = runs;
  const held = useHeldRuns(all, key);
  const { shown } = held;
  const [asksForKeys, setAsksForKeys] = useState(false);
  const selection = useSelection(key, all);
  const [cancelled, setCancelled] = useState<readonly RunSummary[]>([]);
  const cancelSelected = () => setCancelled([...selection.runs.values()]);
  const section = useListKeys({
    onHelp: () => setAsksForKeys(true),
    onSelect: (index, isRange) => selectByKey(shown, index, isRange),
    onCancel: cancelSelected,
  });
  useTitle(words.title);
  return (
    <section class="runs" aria-labelledby="runs-title" ref={section}>
      <Invitations />
      <RunsToolbar filter={filter} onFilter={showFiltered} onKeys={() => setAsksForKeys(true)}>
        {loaded && words.count(all.length, hasMore)} <AsItWas /> <a href="#/wall">{words.wall}</a>
      </RunsToolbar>
      {runs.failed && all.length === 0 ? (
        <Empty title={words.failed} lead={whyUnread()} />
      ) : !loaded ? (
        <Skeleton lines={10} />
      ) : all.length === 0 && !runs.searchesOn ? (
        <Nothing isFiltered={isFiltered(filter)} />
      ) : (
        <RunsTable key={key} held={held} hasMore={hasMore} more={more} visible={visible} />
      )}
      <SelectionBar
        selection={selection}
        filter={filter}
        shown={shown}
        hasMore={hasMore}
        onCancel={cancelSelected}
      />
      {cancelled.length > 0 && (
        <CancelRunsDialog runs={cancelled} known={all} onClose={() => setCancelled([])} />
      )}
      {asksForKeys && <KeysDialog onClose={() => setAsksForKeys(false)} />}
    </section>
  );
}

function selectByKey(shown: readonly RunSummary[], index: number, isRange: boolean): void {
  const run = shown[index];
  if (!run) return;
  if (isRange) extendTo(run, shown);
  else if (isSelectable(run)) toggleRun(run);
}

/** What is typed has one place in the browser's history, without what was kept for the list before. */
function showFiltered(filter: RunsFilter, isTyped = false): void {
  const next = { view: 'runs', filter } as const;
  if (isTyped) replaceRoute(next, null);
  else go(next);
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
