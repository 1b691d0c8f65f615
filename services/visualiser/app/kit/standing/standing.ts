/* What a run is called, how it stands and how far it is, in the words of every page. Pure. */
import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import { OUTCOMES, type Outcome, outcomeOf } from '#shared/domain/run/outcome.ts';
import { QUEUED } from '#shared/domain/run/states.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { isBlank } from '../plain-text.ts';

type Named = Pick<RunSummary, 'name' | 'title' | 'baseUrl'>;

/** What people call a run: its name or, without one, the title of its first page or, until that has come, its host. */
export const runNameOf = ({ name, title, baseUrl }: Named): string =>
  [name, title].find((text) => text !== undefined && !isBlank(text)) ?? hostOf(baseUrl);

/** Whether it was given a name; one that cannot be seen is none. */
export const hasName = ({ name }: Pick<Named, 'name'>): boolean => name !== undefined && !isBlank(name);

export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** How long a run has taken by `now`, epoch ms. */
export const durationOf = (run: RunSummary, now: number): number =>
  isFinal(run.status) ? run.durationMs : Math.max(0, now - Date.parse(run.startedAt));

/** How many steps of the latest attempt were done, and whether the last of them failed the run. */
export function stepsDone(run: RunSummary): { done: number; failed: boolean } {
  const { steps, attempt = 1 } = run;
  const outcome = outcomeOf(run);
  const own = steps.filter((step) => (step.attempt ?? 1) === attempt);
  // A run that passes was done with its optional steps, too, whatever became of them.
  const done = outcome === 'pass' ? own.length : own.filter(({ ok }) => ok).length;
  return { done, failed: outcome === 'fail' && own.at(-1)?.ok === false };
}

/** How a run stands, in one word: how it ended, or how far it is; a queued one does not run yet. */
export type Standing = 'queued' | 'running' | 'cancelling' | Outcome;

export function standingOf(run: Pick<RunSummary, 'status' | 'state' | 'cancel'>): Standing {
  const { status, state } = run;
  if (status === 'running') return state === QUEUED ? 'queued' : 'running';
  return outcomeOf(run) ?? 'cancelling';
}

/** What the list can be filtered by: queued runs count as running. */
export const STANDING_FILTERS = ['running', 'cancelling', ...OUTCOMES] as const;

export type StandingFilter = (typeof STANDING_FILTERS)[number];
