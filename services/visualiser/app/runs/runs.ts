import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Client, RunSummary } from '#shared/api/client/index.ts';
import { keep, LISTED } from '../session/kept.ts';
import { poll, usePolling } from '../session/polling.ts';
import { projects, readProjects } from '../session/projects.ts';
import { askedOf, filterQuery, isSearch, type RunsFilter } from '../session/runs-filter.ts';
import { client } from '../session/session.ts';
import { createRunPages, type RunPages } from './run-pages.ts';

/** A search costs more, and what it finds changes less. */
const REFRESH_MS = { list: 1_000, search: 3_000 };
const PROJECTS_MS = 30_000;
/** A pause in typing after which a search starts. */
const TYPING_MS = 200;
/** A search goes on by itself until it has found so much, or has read so many pages. */
const ENOUGH_FOUND = 60;
const MOST_PAGES = 20;

interface Listed {
  by: Client;
  /** The key of its filter, as in the address. */
  key: string;
  pages: RunPages;
  everyMs: number;
}

/** What was read last: who comes back to the list finds it as it was. */
let last: Listed | undefined;

function listedOf(by: Client, filter: RunsFilter): Listed {
  const key = filterQuery({ ...filter, search: filter.search.trim() });
  if (last?.by === by && last.key === key) return last;
  const ask = () => askedOf(filter);
  const everyMs = isSearch(ask()) ? REFRESH_MS.search : REFRESH_MS.list;
  last = { by, key, pages: createRunPages(by, ask), everyMs };
  return last;
}

/**
 * The runs that a filter lets through, as far as they are read; those that are `visible` are kept up to date. Until a new
 * filter has its first runs, those of the one before are shown.
 */
export function useRuns(filter: RunsFilter, visible: { readonly current: readonly RunSummary[] }) {
  const search = useSettled(filter.search, TYPING_MS);
  const [failed, setFailed] = useState(false);
  const api = client.value;
  const listed = useMemo(
    () => listedOf(api, { ...filter, search }),
    [api, filterQuery({ ...filter, search })],
  );
  usePolling(
    async (signal) => {
      await listed.pages.refresh(signal, visible.current);
      setFailed(false);
    },
    { everyMs: listed.everyMs, key: listed, onError: () => setFailed(!listed.pages.loaded.value) },
  );
  const before = useRef(listed);
  if (listed.pages.loaded.value) before.current = listed;
  const { pages, key } = before.current;
  const runs = pages.runs.value;
  useEffect(() => keep(LISTED, runs), [runs]);
  const hasMore = pages.hasMore.value;
  const known = projects.value;
  // A run of a project that is not known yet: it is new, or not for this user to see.
  const strange = useMemo(() => strangeProjects(runs, known), [runs, known]);
  usePolling(readProjects, { everyMs: PROJECTS_MS, key: strange });
  const more = () => void pages.more(new AbortController().signal).catch(() => undefined); // there is a next time
  const read = pages.read.value;
  const searchesOn = hasMore && runs.length < ENOUGH_FOUND && read < MOST_PAGES;
  useEffect(
    () => (searchesOn ? poll(() => pages.more(new AbortController().signal), REFRESH_MS.search) : undefined),
    [pages, searchesOn, read],
  );
  return { runs, key, hasMore, loaded: pages.loaded.value, failed, searchesOn, more };
}

/** A value once it has not changed for so long, ms. */
function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value === '' ? 0 : ms);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

const strangeProjects = (runs: readonly RunSummary[], known: readonly { id: string }[]): string => {
  const ids = new Set(known.map(({ id }) => id));
  const strange = runs.map(({ project }) => project).filter((project) => !ids.has(project));
  return [...new Set(strange)].toSorted().join(' ');
};
