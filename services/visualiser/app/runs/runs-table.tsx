import { useEffect, useRef, useState } from 'preact/hooks';
import type { RunSummary } from '#shared/api/client/index.ts';
import { useNow } from '../kit/clock.ts';
import { TableCell } from '../kit/table/cell.tsx';
import { focusRow } from '../kit/table/row-focus.ts';
import { VirtualList } from '../kit/table/virtual-list.tsx';
import { text } from '../text/text.ts';
import { keepOpened, keepPlace, openedNow, placeNow } from './list-place.ts';
import type { HeldRuns } from './new-runs.ts';
import { RunRow } from './run-row.tsx';
import { PickAllBox } from './selection/pick-box.tsx';

const ROW_HEIGHT = 48;
const NARROW_ROW_HEIGHT = 64;
const NARROW = matchMedia('(max-width: 999px)');

const COLUMNS = ['status', 'run', 'project', 'started', 'duration', 'steps', 'owner', 'reason'] as const;

export interface RunsTableProps {
  held: HeldRuns;
  hasMore: boolean;
  /** Reads the next page. */
  more(): void;
  /** Set to the runs that are on screen. */
  visible: { current: readonly RunSummary[] };
}

/** The runs as a table, at the place in it where it was left. */
export function RunsTable({ held, hasMore, more, visible }: RunsTableProps) {
  const { runs: words } = text.value;
  const isNarrow = useNarrow();
  const now = useNow(1_000);
  // The address may name another list by the time that this one goes.
  const [place] = useState(placeNow);
  const root = useReturn();
  const { shown, fresh, release, watch } = held;
  const showNew = () => {
    release();
    root.current?.querySelector('.table')?.scrollTo(0, 0);
  };
  return (
    <div class="table-place" ref={root} {...watch}>
      <p class="new-runs" role="status">
        {fresh > 0 && (
          <button type="button" class="button primary" onClick={showNew}>
            {words.newRuns(fresh)}
          </button>
        )}
      </p>
      <VirtualList
        items={shown}
        rowHeight={isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT}
        label={words.title}
        head={<Head shown={shown} />}
        renderRow={(run) => <RunRow run={run} now={now} shown={shown} onOpen={() => keepOpened(run.id)} />}
        onScreen={(items) => {
          visible.current = items;
        }}
        hasMore={hasMore}
        onEnd={more}
        scroll={{ start: place, keep: keepPlace }}
        foot={hasMore && <p class="table-foot">{words.loadingMore}</p>}
      />
    </div>
  );
}

/** The run that was opened from here has the focus again. */
function useReturn() {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const id = openedNow();
    if (id === undefined) return;
    // After the view has taken the focus.
    const frame = requestAnimationFrame(() => {
      const row = root.current?.querySelector(`[href="#/runs/${CSS.escape(id)}"]`)?.closest('[data-index]');
      if (row instanceof HTMLElement) focusRow(row);
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return root;
}

function Head({ shown }: { shown: readonly RunSummary[] }) {
  const { runs } = text.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: of a table of which most rows are not there
    // biome-ignore lint/a11y/useFocusableInteractive: nothing can be done with it
    <div class="row row-head" role="row" aria-rowindex={1}>
      <TableCell role="columnheader" name="pick">
        <PickAllBox shown={shown} />
      </TableCell>
      {COLUMNS.map((name) => (
        <TableCell key={name} role="columnheader" name={name === 'status' ? 'standing' : name}>
          {runs[name]}
        </TableCell>
      ))}
    </div>
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
