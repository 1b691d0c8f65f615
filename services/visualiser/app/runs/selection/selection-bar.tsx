import type { RunSummary } from '#shared/api/client/index.ts';
import { Icon } from '../../kit/icon.tsx';
import { IconButton } from '../../kit/icon-button.tsx';
import { onDemand } from '../../kit/on-demand.tsx';
import type { RunsFilter } from '../../session/runs-filter.ts';
import { text } from '../../text/text.ts';
import { deselectAll } from './selected-runs.ts';
import type { Selection } from './selection.ts';

/** It comes with the first selection. */
const MoreButtonPart = onDemand(async () => (await import('./more-button.tsx')).SelectMoreButton);

export interface SelectionBarProps {
  selection: Selection;
  filter: RunsFilter;
  shown: readonly RunSummary[];
  /** There is more than is shown. */
  hasMore: boolean;
  onCancel(): void;
}

/** How many runs are selected, and what can be done with them. */
export function SelectionBar({ selection, filter, shown, hasMore, onCancel }: SelectionBarProps) {
  const { selection: words } = text.value;
  const count = selection.runs.size;
  if (count === 0)
    return (
      <p class="sr" role="status">
        {''}
      </p>
    );
  return (
    <section class="selection-bar" aria-label={words.title}>
      <p class="selection-count" role="status">
        {words.count(count)}
      </p>
      <IconButton icon="cross" label={words.clear} onClick={deselectAll} />
      <MoreButtonPart filter={filter} shown={shown} hasMore={hasMore} selection={selection} />
      <button type="button" class="button danger" aria-keyshortcuts="c" onClick={onCancel}>
        <Icon name="stop" />
        {words.cancel(count)}
      </button>
    </section>
  );
}
