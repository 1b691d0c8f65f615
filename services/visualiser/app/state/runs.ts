import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Client, RunSummary } from '#shared/client/index.ts';
import { matches, standsAs, statusOfFilter } from '../model/run-list.ts';
import { filterQuery, type RunsFilter } from '../model/runs-filter.ts';
import { usePolling } from './polling.ts';
import { projectLabel, projects, readProjects } from './projects.ts';
import { createRunPages, type RunPages } from './run-pages.ts';
import { client } from './session.ts';

const REFRESH_MS = 1_000;
const PROJECTS_MS = 30_000;
/** A search goes on reading until it has found so much, or has read so much. */
const ENOUGH_FOUND = 60;
const MOST_READ = 20_000;

/** What was read last: who comes back to the list finds it as it was. */
let last: { by: Client; key: string; pages: RunPages } | undefined;

function pagesOf(by: Client, { status: standing, project }: RunsFilter): RunPages {
  const status = statusOfFilter(standing);
  const key = filterQuery({ status, project, search: '' });
  if (last?.by !== by || last.key !== key) last = { by, key, pages: createRunPages(by, { status, project }) };
  return last.pages;
}

/** The runs that a filter lets through, as far as they are read; those that are `visible` are kept up to date. */
export function useRuns(filter: RunsFilter, visible: { readonly current: readonly RunSummary[] }) {
  const { status, project, search } = filter;
  const [failed, setFailed] = useState(false);
  const api = client.value;
  const pages = useMemo(() => pagesOf(api, filter), [api, status, project]);
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
  usePolling(readProjects, { everyMs: PROJECTS_MS, key: strange });
  const shown = useMemo(
    () =>
      all.filter(
        (run) =>
          standsAs(run, status) && (search.trim() === '' || matches(run, search, projectLabel(run.project))),
      ),
    [all, search, status, known],
  );
  const more = () => void pages.more(new AbortController().signal).catch(() => undefined); // there is a next time
  const isSifted = search !== '' || statusOfFilter(status) === 'fail';
  const searchesOn = isSifted && hasMore && all.length < MOST_READ;
  useEffect(() => {
    if (searchesOn && shown.length < ENOUGH_FOUND) more();
  }, [search, status, hasMore, shown.length, all.length, pages]);
  return { all, shown, hasMore, loaded: pages.loaded.value, failed, searchesOn, more };
}

const strangeProjects = (runs: readonly RunSummary[], known: readonly { id: string }[]): string => {
  const ids = new Set(known.map(({ id }) => id));
  const strange = runs.map(({ project }) => project).filter((project) => !ids.has(project));
  return [...new Set(strange)].toSorted().join(' ');
};
