/* Who or what stopped a run from outside, in the words of a language. Pure; times are ISO 8601, `now` is epoch ms. */
import { lossBy } from '#shared/domain/run/stale-reason.ts';
import type { CancelMode, CancelSource } from '#shared/domain/run/status.ts';
import type { StepSpan } from '#shared/domain/story/history.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import { formatAge, formatRoughAge } from './duration.ts';
import type { Words } from './en.ts';
import { code, fill, fillFirst, type Piece, type Sentence, shortCode } from './pieces.ts';
import { textIn } from './say.ts';
import { describeStep } from './step-text.ts';

/** A cancel in the form of the API. */
export interface RequestedStop {
  requestedAt?: string | undefined;
  source?: CancelSource;
  mode?: CancelMode | undefined;
  reason?: string | undefined;
  user?: User | undefined;
  /** Later requests of users for the same, in their order. */
  repeats?: readonly Repeat[] | undefined;
  stale?: boolean | undefined;
}

interface User {
  email?: string | undefined;
}

interface Repeat {
  at: string;
  mode: CancelMode;
  /** It was forced, and had not been. */
  hardened?: boolean | undefined;
  reason?: string | undefined;
  user?: User | undefined;
}

/** Why a supervisor ended it, in the form of the API. */
export interface Verdict {
  why: string;
  /** When PostgreSQL was out of reach. */
  outage?: { from: string; to: string } | undefined;
}

/** Who stopped it, when and why; then who asked again, or harder. */
export function sayStop(stop: RequestedStop, words: Words, now?: number): Sentence[] {
  const { source = 'user', reason, user, requestedAt, repeats = [] } = stop;
  const asked = fillFirst(words.ends.stopped[source] ?? words.ends.stopped.user, {
    who: whoOf(user, words),
    given: given(reason),
    age: agoOf(requestedAt, now),
  });
  const later = repeats.map((one) =>
    fillFirst(one.hardened ? words.ends.forced : words.ends.again, {
      who: whoOf(one.user, words),
      given: given(one.reason),
      after: requestedAt && formatAge(Date.parse(one.at) - Date.parse(requestedAt)),
    }),
  );
  return [asked, ...later].filter((sentence) => sentence !== undefined);
}

/** What was a moment ago needs no time. */
const MOMENT_MS = 5_000;

function agoOf(time: string | undefined, now: number | undefined): string | undefined {
  if (time === undefined || now === undefined) return undefined;
  const ms = now - Date.parse(time);
  return ms < MOMENT_MS ? undefined : formatRoughAge(ms);
}

const whoOf = (user: User | undefined, { ends }: Words): string => user?.email ?? ends.someUser;
const given = (reason: string | undefined): Piece | undefined => (reason ? { quoted: reason } : undefined);

/** That its clean-up failed, if it did. */
export function sayCleanup({ steps, attempt }: Pick<Moment, 'steps' | 'attempt'>, words: Words): Sentence[] {
  const own = steps.filter((step) => step.phase === 'onCancel' && step.attempt === attempt);
  const failed = own.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'running');
  const [first] = failed;
  if (!first) return [];
  const cleanup = fill(words.ends.cleanupStep(first.index + 1), {
    action: shortCode(describeStep(first.step)),
  });
  const sentence = fill(words.ends.cleanupFailed(failed.length, own.length), { cleanup });
  return sentence ? [sentence] : [];
}

interface Lost {
  owner?: string | undefined;
  verdict?: Verdict | undefined;
  /** The step in which it ended. */
  step?: StepSpan | undefined;
}

/** How its runner was lost. An outage of PostgreSQL explains that, and no word is said against the runner. */
export function sayLoss(lost: Lost, during: Sentence[], { ends, verdicts }: Words): Sentence[] {
  const { why = 'other', outage } = lost.verdict ?? {};
  const byOutage =
    outage && fill(ends.lostByOutage, { from: { time: outage.from }, to: { time: outage.to } });
  if (byOutage) return [byOutage, ...during, [ends.notStopped]];
  const number = lost.step && String(lost.step.index + 1);
  const first = fillFirst(textIn(ends.lost, why, ends.lost.other!), { runner: runnerOf(lost), number });
  const verdict = textIn(verdicts, why, undefined);
  return [
    ...(first ? [first] : []),
    ...(textIn(ends.lost, why, undefined) && number ? [] : during),
    [ends.notStopped],
    ...(verdict === undefined ? [] : [[verdict]]),
  ];
}

/** How a run was lost, in a few words. */
export const lossOf = (verdict: Verdict | undefined, { losses }: Pick<Words, 'losses'>): string =>
  losses[lossBy(verdict)];

/** Why a supervisor took it for lost. */
export const judgedText = ({ why, outage }: Verdict, { verdicts }: Words): string =>
  outage ? verdicts.outage : textIn(verdicts, why, why);

/** Why a supervisor had to end a run that was being stopped. */
export function sayEndedFor(lost: Lost, { ends, verdicts }: Words): Sentence[] {
  const { why = '', outage } = lost.verdict ?? {};
  const byOutage =
    outage && fill(ends.endedForOutage, { from: { time: outage.from }, to: { time: outage.to } });
  if (byOutage) return [byOutage];
  const said = fillFirst(textIn(ends.endedFor, why, []), { runner: runnerOf(lost) });
  const verdict = textIn(verdicts, why, undefined);
  return said ? [said] : verdict === undefined ? [] : [[verdict]];
}

const runnerOf = ({ owner }: Lost): Piece | undefined => code(owner?.slice(0, 8));
