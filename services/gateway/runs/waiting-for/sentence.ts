import { WAITING_FOR } from '#shared/contract/stopping-waits.ts';
import { RUNNER_UNAVAILABLE } from '#shared/contract/system.ts';
import type { WaitingForCode } from '#shared/contract/waiting-for.ts';
import { formatDuration } from '#shared/events/duration.ts';
import { shortId } from '#shared/run/short-id.ts';
import type { Facts } from './queued.ts';

/** The facts as one English sentence. Times are those of the clock, so that it changes only when the facts do. */
export function sentenceOf(facts: Facts): string {
  const { code, since, until, leadsTo, nextRung } = facts;
  const what = code === undefined ? 'it goes on' : SENTENCES[code](facts);
  const from = since === undefined ? '' : `, since ${clock(since)}`;
  const end =
    until === undefined
      ? ''
      : leadsTo === 'next_rung'
        ? `; next: ${nextRung} at ${clock(until)}`
        : leadsTo === 'requeue'
          ? `; it goes back into the queue after ${clock(until)}`
          : `; it fails at ${clock(until)}`;
  return `${what}${from}${end}`;
}

const clock = (time: string): string => `${time.slice(0, 19)}Z`;
const onlyWith = ({ labels }: Facts) => (labels === undefined ? '' : ` with the labels ${labels.join(', ')}`);
const target = ({ action = 'a step', selector, url }: Facts) =>
  [action, selector ?? url].filter((part) => part !== undefined).join(' ');
const stepOf = (facts: Facts) =>
  `step ${(facts.step ?? 0) + 1} (${target(facts)})${
    facts.timeoutMs === undefined ? '' : ` of at most ${formatDuration(facts.timeoutMs)}`
  }`;
const found = ({ matches = 0 }: Facts) =>
  matches === 1 ? 'one element matches' : `${matches} elements match`;
const runner = ({ runner: id }: Facts) => (id === undefined ? 'its runner' : `runner ${id.slice(0, 8)}`);
const place = ({ ahead = 0, aheadIsMore }: Facts) =>
  aheadIsMore
    ? `, more than ${ahead} older runs wait`
    : ahead === 0
      ? ', next in line'
      : `, ${ahead} older runs wait`;

const STOPPING = Object.fromEntries(
  Object.entries(WAITING_FOR).map(([code, text]) => [code, () => `stopping: it waits for ${text}`]),
) as Record<keyof typeof WAITING_FOR, () => string>;

const SENTENCES: Record<WaitingForCode, (facts: Facts) => string> = {
  no_runner: () => 'no runner is up',
  no_fitting_runner: (facts) => `no runner${onlyWith(facts)} is up`,
  runner_unavailable: (facts) =>
    `no runner${onlyWith(facts)} can take it: ${textOf(facts.unavailable) ?? 'none is able'}`,
  concurrency_key: ({ heldBy, concurrencyKey }) =>
    `run ${heldBy === undefined ? 'of somebody else' : shortId(heldBy)} has its concurrency key ${concurrencyKey}`,
  user_limit: ({ limit }) => `its user has as many runs on runners as may be (${limit})`,
  project_limit: ({ limit }) => `its project has as many runs on runners as may be (${limit})`,
  slots: (facts) =>
    `all ${facts.slots} slots${onlyWith(facts)} are busy${
      facts.oldestSince === undefined ? '' : `, the longest since ${clock(facts.oldestSince)}`
    }${place(facts)}`,
  runner: (facts) => `a runner${onlyWith(facts)} has a free slot${place(facts)}`,
  browser: () => 'its browser context opens',
  commit: () => 'what it did last is stored',
  outcome: () => 'its flow is over, and its browser context closes',
  step: (facts) => stepOf(facts),
  element_missing: (facts) => `${stepOf(facts)}: no element matches`,
  element_hidden: (facts) => `${stepOf(facts)}: ${found(facts)}, but the first is not visible`,
  element_covered: (facts) => `${stepOf(facts)}: ${found(facts)}, but another element covers the first`,
  element_disabled: (facts) => `${stepOf(facts)}: ${found(facts)}, but the first is disabled`,
  page_loading: (facts) => `${stepOf(facts)}: the server of the page has not answered yet`,
  page_busy: (facts) => `${stepOf(facts)}: the page does not answer (its script is busy); a cancel closes it`,
  runner_silent: (facts) => `${runner(facts)} has not been heard`,
  runner_lost: (facts) => `${runner(facts)} is lost`,
  ...STOPPING,
};

const textOf = (code: string | undefined): string | undefined =>
  code !== undefined && Object.hasOwn(RUNNER_UNAVAILABLE, code)
    ? RUNNER_UNAVAILABLE[code as keyof typeof RUNNER_UNAVAILABLE]
    : code;
