import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { CallReply } from '#shared/api/client/index.ts';
import { MOST_COUNTED } from '#shared/api/limits.ts';
import { Icon } from '../kit/icon.tsx';
import { IconButton } from '../kit/icon-button.tsx';
import { STANDING_FILTERS, type StandingFilter } from '../kit/standing/standing.ts';
import { usePolling } from '../session/polling.ts';
import { locale } from '../session/preferences.ts';
import { projects } from '../session/projects.ts';
import { changed, isFiltered, NO_FILTER, type RunsFilter, searched } from '../session/runs-filter.ts';
import { client } from '../session/session.ts';
import { text } from '../text/text.ts';
import { FilterSelects } from './filter-selects.tsx';
import { Select } from './select.tsx';

/** The gateway counts no further than {@link MOST_COUNTED}. */
const countText = (count: number): string =>
  count.toLocaleString(locale.value) + (count < MOST_COUNTED ? '' : '+');

export interface RunsToolbarProps {
  filter: RunsFilter;
  /** What is being typed is one place in the browser's history. */
  onFilter(filter: RunsFilter, isTyped?: boolean): void;
  onKeys(): void;
  /** How many there are. */
  children: ComponentChildren;
}

/** Which runs are listed. */
export function RunsToolbar({ filter, onFilter, onKeys, children }: RunsToolbarProps) {
  const { runs: words, standing } = text.value;
  const { status, project, search, label, flow, startedBy, stoppedBy, since, until } = filter;
  const counts = useRunCounts(project);
  // The number of runs that a search would find is unknown.
  const isNarrow = [search.trim(), label, flow, startedBy, stoppedBy, since, until].some(
    (value) => value !== '',
  );
  const isCounted = counts !== undefined && !isNarrow;
  const standingOption = (one: StandingFilter) =>
    isCounted ? `${standing[one]} (${countText(counts[one])})` : standing[one];
  const change = (part: Partial<RunsFilter>) => onFilter(changed(filter, part));
  return (
    <div class="toolbar">
      <h1 id="runs-title">{words.title}</h1>
      <Search value={search} onInput={(value) => onFilter(changed(filter, searched(value)), true)} />
      <Select
        label={words.status}
        name="status"
        value={status}
        options={[
          ['', words.allStatuses],
          ...STANDING_FILTERS.map((one) => [one, standingOption(one)] as const),
        ]}
        onChange={(value) => change({ status: value })}
      />
      <Select
        label={words.project}
        name="project"
        value={project}
        options={[['', words.allProjects], ...projects.value.map(({ id, label }) => [id, label] as const)]}
        onChange={(value) => change({ project: value, flow: '' })}
      />
      <FilterSelects filter={filter} change={change} />
      {label !== '' && (
        <TagFilter name={words.label} title={words.anyLabel} onClear={() => change({ label: '' })}>
          {label}
        </TagFilter>
      )}
      {flow !== '' && (
        <TagFilter name={words.flow} title={words.anyFlow} onClear={() => change({ flow: '' })}>
          {flow}
        </TagFilter>
      )}
      {isFiltered(filter) && (
        <button type="button" class="button quiet" title={words.clear} onClick={() => onFilter(NO_FILTER)}>
          <Icon name="cross" size={13} />
          <span>{words.clear}</span>
        </button>
      )}
      <p class="count" role="status">
        {children}
      </p>
      <IconButton kind="keys-button" label={words.showKeys} onClick={onKeys}>
        ?
      </IconButton>
    </div>
  );
}

interface TagFilterProps {
  name: string;
  title: string;
  onClear(): void;
  children: string;
}

/** Something that the runs have in common; pressed, it is no condition any more. */
const TagFilter = ({ name, title, onClear, children }: TagFilterProps) => (
  <button type="button" class="tag tag-filter" title={title} onClick={onClear}>
    <span class="sr">{name} </span>
    {children}
    <Icon name="cross" size={11} />
  </button>
);

function Search({ value, onInput }: { value: string; onInput(value: string): void }) {
  const { runs: words } = text.value;
  return (
    <label class="search">
      <span class="sr">{words.search}</span>
      <Icon name="search" />
      <input
        type="search"
        name="q"
        aria-keyshortcuts="/"
        value={value}
        placeholder={words.searchHint}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

type RunCounts = CallReply<'countRuns'>;

const EVERY_MS = 5_000;

/** How many runs of a project there are by how they stand; undefined as long as that is not known. */
function useRunCounts(project: string): RunCounts | undefined {
  const [counted, setCounted] = useState<{ project: string; counts: RunCounts }>();
  const query = project === '' ? {} : { project };
  usePolling(
    async (signal) =>
      setCounted({ project, counts: await client.value.call('countRuns', { query }, { signal }) }),
    { everyMs: EVERY_MS, key: project },
  );
  return counted?.project === project ? counted.counts : undefined;
}
