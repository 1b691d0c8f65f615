import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RunSummary } from '#shared/client/index.ts';
import { STATUSES } from '#shared/run/status.ts';
import { keptForUser } from '../model/kept.ts';
import { matches } from '../model/run-list.ts';
import { Cell } from '../parts/cell.tsx';
import { Empty, Skeleton } from '../parts/empty.tsx';
import { Icon } from '../parts/icon.tsx';
import { Invitations } from '../parts/invitations.tsx';
import { RunRow } from '../parts/run-row.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useNow } from '../state/clock.ts';
import { usePolling } from '../state/polling.ts';
import { projectLabel, projects, readProjects } from '../state/projects.ts';
import { createRunPages } from '../state/run-pages.ts';
import { client, userNow } from '../state/session.ts';
import { useTitle } from '../state/title.ts';
import { text } from '../text/text.ts';

const REFRESH_MS = 1_000;
const ROW_HEIGHT = 48;
const NARROW_ROW_HEIGHT = 92;
const NARROW = matchMedia('(max-width: 759px)');
/** A search goes on reading until it has found so much, or has read so much. */
const ENOUGH_FOUND = 60;
const MOST_READ = 20_000;

const COLUMNS = ['status', 'run', 'project', 'started', 'duration', 'steps', 'owner', 'reason'] as const;
const CELLS: Record<(typeof COLUMNS)[number], string> = {
  status: 'standing',
  run: 'run',
  project: 'project',
  started: 'started',
  duration: 'duration',
  steps: 'steps',
  owner: 'owner',
  reason: 'reason',
};

/** What was chosen last stays chosen while the page is open. */
const NO_FILTER = { status: '', project: '', search: '' };
const lastFilter = keptForUser(userNow, NO_FILTER);

export function RunsView() {
  const { runs: words, app } = text.value;
  const [filter, setFilter] = useState(() => lastFilter.read());
  const { status, project, search } = filter;
  const [failed, setFailed] = useState(false);
  const isNarrow = useNarrow();
  const now = useNow(1_000);
  const visible = useRef<readonly RunSummary[]>([]);
  const api = client.value;
  const pages = useMemo(() => createRunPages(api, { status, project }), [api, status, project]);
  useTitle(words.title);
  lastFilter.keep(filter);

  usePolling(
    async (signal) => {
      await pages.refresh(signal, visible.current);
      setFailed(false);
    },
    { everyMs: REFRESH_MS, key: pages, onError: () => setFailed(!pages.loaded.value) },
  );

  const all = pages.runs.value;
  const hasMore = pages.hasMore.value;
  const known = projects.value;
  // A run of a project that is not known yet: it is new, or not for this user to see.
  const strange = useMemo(() => strangeProjects(all, known), [all, known]);
  usePolling(readProjects, { everyMs: 30_000, key: strange });
  const shown = useMemo(
    () => (search.trim() === '' ? all : all.filter((run) => matches(run, search, projectLabel(run.project)))),
    [all, search, known],
  );
  const more = () => void pages.more(new AbortController().signal).catch(() => undefined); // the next scroll tries again
  useEffect(() => {
    if (search !== '' && hasMore && shown.length < ENOUGH_FOUND && all.length < MOST_READ)
      void pages.more(new AbortController().signal).catch(() => undefined); // the list is refreshed all the time
  }, [search, hasMore, shown.length, all.length, pages]);
  const isFiltered = status !== '' || project !== '' || search !== '';
  const change = (part: Partial<typeof filter>) => setFilter({ ...filter, ...part });

  return (
    <section class="runs" aria-labelledby="runs-title">
      <Invitations />
      <div class="toolbar">
        <h1 id="runs-title">{words.title}</h1>
        <label class="search">
          <span class="sr">{words.search}</span>
          <Icon name="search" />
          <input
            type="search"
            value={search}
            placeholder={words.searchHint}
            onInput={(event) => change({ search: event.currentTarget.value })}
          />
        </label>
        <Select
          label={words.status}
          value={status}
          options={[
            ['', words.allStatuses],
            ...STATUSES.map((one) => [one, text.value.standing[one]] as const),
          ]}
          onChange={(value) => change({ status: value })}
        />
        <Select
          label={words.project}
          value={project}
          options={[['', words.allProjects], ...known.map(({ id, label }) => [id, label] as const)]}
          onChange={(value) => change({ project: value })}
        />
        {isFiltered && (
          <button type="button" class="button quiet" onClick={() => setFilter(NO_FILTER)}>
            <Icon name="cross" size={13} />
            {words.clear}
          </button>
        )}
        <p class="count" role="status">
          {!pages.loaded.value
            ? ''
            : search === ''
              ? words.count(shown.length, hasMore)
              : words.found(shown.length, all.length)}
        </p>
      </div>
      {failed && all.length === 0 ? (
        <Empty title={words.failed} lead={app.lost} />
      ) : !pages.loaded.value ? (
        <Skeleton lines={10} />
      ) : shown.length === 0 && !(search !== '' && hasMore && all.length < MOST_READ) ? (
        <Nothing isFiltered={isFiltered} />
      ) : (
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
      )}
    </section>
  );
}

const strangeProjects = (runs: readonly RunSummary[], known: readonly { id: string }[]): string => {
  const ids = new Set(known.map(({ id }) => id));
  const strange = runs.map(({ project }) => project).filter((project) => !ids.has(project));
  return [...new Set(strange)].toSorted().join(' ');
};

function Head() {
  const { runs } = text.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: of a table of which most rows are not there
    // biome-ignore lint/a11y/useFocusableInteractive: nothing can be done with it
    <div class="row row-head" role="row" aria-rowindex={1}>
      {COLUMNS.map((name) => (
        <Cell key={name} role="columnheader" name={CELLS[name]}>
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

interface SelectProps {
  label: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  onChange(value: string): void;
}

function Select({ label, value, options, onChange }: SelectProps) {
  return (
    <label class="select">
      <span class="sr">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([name, shown]) => (
          <option key={name} value={name}>
            {shown}
          </option>
        ))}
      </select>
    </label>
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
