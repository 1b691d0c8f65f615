import { useRef, useState } from 'preact/hooks';
import type { RunSummary } from '#shared/client/index.ts';
import { isFiltered, NO_FILTER, type RunsFilter } from '../model/runs-filter.ts';
import { isSelectable } from '../model/selection.ts';
import { Empty, Skeleton } from '../parts/empty.tsx';
import { Icon } from '../parts/icon.tsx';
import { Invitations } from '../parts/invitations.tsx';
import { KeysDialog } from '../parts/keys-dialog.tsx';
import { onDemand } from '../parts/on-demand.tsx';
import { whyUnread } from '../parts/outage-notice.tsx';
import { RunsTable } from '../parts/runs-table.tsx';
import { RunsToolbar } from '../parts/runs-toolbar.tsx';
import { SelectionBar } from '../parts/selection-bar.tsx';
import { useListKeys } from '../state/list-keys.ts';
import { go, replaceRoute } from '../state/route.ts';
import { useRuns } from '../state/runs.ts';
import { extendTo, toggleRun, useSelection } from '../state/selection.ts';
import { useTitle } from '../state/title.ts';
import { text } from '../text/text.ts';

const CancelRunsDialog = onDemand(
  async () => (await import('../parts/cancel-runs-dialog.tsx')).CancelRunsDialog,
);

/** `filter` is what the address says. */
export function RunsView({ filter = NO_FILTER }: { filter: RunsFilter | undefined }) {
  const { runs: words } = text.value;
  const visible = useRef<readonly RunSummary[]>([]);
  const runs = useRuns(filter, visible);
  const { runs: shown, key, hasMore, loaded, more } = runs;
  const [asksForKeys, setAsksForKeys] = useState(false);
  const selection = useSelection(key, shown);
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
        {loaded && words.count(shown.length, hasMore)}
      </RunsToolbar>
      {runs.failed && shown.length === 0 ? (
        <Empty title={words.failed} lead={whyUnread()} />
      ) : !loaded ? (
        <Skeleton lines={10} />
      ) : shown.length === 0 && !runs.searchesOn ? (
        <Nothing isFiltered={isFiltered(filter)} />
      ) : (
        <RunsTable key={key} shown={shown} hasMore={hasMore} more={more} visible={visible} />
      )}
      <SelectionBar
        selection={selection}
        filter={filter}
        shown={shown}
        hasMore={hasMore}
        onCancel={cancelSelected}
      />
      {cancelled.length > 0 && (
        <CancelRunsDialog runs={cancelled} known={shown} onClose={() => setCancelled([])} />
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
