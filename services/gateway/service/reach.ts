/*
 * Whether PostgreSQL and NATS answer, and since when not. Owns one check of each at a time, whose result is read from
 * memory (I13, I14). Silence is counted in ticks of this process, so that one without processor time blames no
 * server.
 */
import type { EndedOutage, ServerLook, ServerLooks } from '#shared/adapters/database/processes/gateways.ts';
import type { Outage } from '#shared/api/contract/errors/outages.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { DependencyChecks } from '#shared/platform/process/missing-checks.ts';

export interface Reach extends Disposable {
  /** What does not answer now. */
  outages(): Outage[];
  /** How each was found last. */
  looks(): ServerLooks;
  /** What has ended since this was asked last. */
  takeEnded(): EndedOutage[];
  /** Whether each answers, by name. */
  readonly checks: DependencyChecks;
  /** Another request got an answer. */
  heard(name: string): void;
}

export interface ReachDeps {
  /** True: it answered, and is as it should be. False: it answered, and is not. Rejects, or is late: it does not answer. */
  checks: DependencyChecks;
  log: Pick<Log, 'info' | 'warn'>;
  /** How long runners go on without the database, ms. */
  fenceMs: number;
  /** Called again and again while one has been silent for two seconds and more. */
  onSilent(name: string): void;
}

const TICK_MS = 200;
/** So many ticks without an answer are an outage. */
const SILENT_TICKS = 4;
const LONG_SILENT_TICKS = 10;
/** Ticks after which it is asked in any case. */
const SELDOM_TICKS = 5;
/** For so many ticks after a look at the result there may be another one: pages look more often. */
const LOOK_TICKS = 10;
/** Most outages that are kept until they are taken. */
const MOST_ENDED = 100;

export function createReach({ checks, log, fenceMs, onSilent }: ReachDeps): Reach {
  const watched = new Map(
    Object.entries(checks).map(([name, check]) => [
      name,
      watch(check, (change) => changes.tell(name, change)),
    ]),
  );
  const changes = createChanges(log);
  let unlooked = 0;
  const tickAll = () => {
    unlooked += 1;
    for (const [name, one] of watched)
      if (one.tick(unlooked <= LOOK_TICKS) >= LONG_SILENT_TICKS) onSilent(name);
  };
  tickAll();
  const timer = setInterval(tickAll, TICK_MS);
  return {
    outages() {
      unlooked = 0;
      return [...watched]
        .filter(([, { isOut }]) => isOut)
        .map(([name, { answeredAt, wasGood }]) => ({
          name,
          since: iso(answeredAt),
          ...(name === 'database' && wasGood && { runsGoOnUntil: iso(answeredAt + fenceMs) }),
        }));
    },
    looks: () => Object.fromEntries([...watched].map(([name, state]) => [name, lookOf(state)])),
    takeEnded: changes.takeEnded,
    checks: Object.fromEntries([...watched].map(([name, one]) => [name, async () => !one.isOut])),
    heard: (name) => watched.get(name)?.heard(),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

const lookOf = ({ isOut, since, latencyMs }: WatchState): ServerLook => ({
  answers: !isOut,
  since: iso(since),
  ...(latencyMs !== undefined && { latencyMs }),
});

/** Tells the log of what is out of reach, and keeps what has been until it is taken. */
function createChanges(log: ReachDeps['log']) {
  let ended: EndedOutage[] = [];
  return {
    tell(name: string, { isOut, since }: Change): void {
      if (isOut) log.warn({ dependency: name }, 'out of reach');
      else log.info({ dependency: name }, 'within reach');
      if (isOut || since === undefined) return;
      ended = [...ended, { name, since: iso(since), until: iso(Date.now()) }].slice(-MOST_ENDED);
    },
    takeEnded(): EndedOutage[] {
      const taken = ended;
      ended = [];
      return taken;
    },
  };
}

/** `since`: when an outage that is over began; undefined if there was none, but the beginning of this process. */
interface Change {
  isOut: boolean;
  since?: number | undefined;
}

interface WatchState {
  isOut: boolean;
  /** It has been as it should be since this process began; only then is `answeredAt` the time of an answer. */
  wasGood: boolean;
  answeredAt: number;
  /** Since when it is out, or is not. */
  since: number;
  /** How long the last answer took, ms. */
  latencyMs?: number;
}

/** Whether it is out, and since when. It is at first: nothing was heard yet. */
function createCondition(onChange: (change: Change) => void) {
  const now = Date.now();
  const state: WatchState = { isOut: true, wasGood: false, answeredAt: now, since: now };
  /** When the outage that goes on began. */
  let outSince: number | undefined;
  return {
    state,
    turn(isOut: boolean): void {
      if (isOut === state.isOut) return;
      if (isOut) outSince = state.answeredAt;
      state.since = isOut ? state.answeredAt : Date.now();
      state.isOut = isOut;
      onChange({ isOut, since: outSince });
      if (!isOut) outSince = undefined;
    },
  };
}

/** One of them. */
function watch(check: () => Promise<boolean>, onChange: (change: Change) => void) {
  /** Ticks for which a question has had no answer. */
  let silent = SILENT_TICKS;
  /** Ticks since an answer, and since a question. */
  let [unheard, unasked] = [0, 0];
  let isRefused = false;
  let isAsking = false;
  const { state, turn } = createCondition(onChange);

  const judge = () => turn(isRefused || silent >= SILENT_TICKS);
  const heard = () => {
    [silent, unheard] = [0, 0];
    if (!isRefused) Object.assign(state, { wasGood: true, answeredAt: Date.now() });
    judge();
  };
  const ask = async () => {
    isAsking = true;
    unasked = 0;
    const askedAt = performance.now();
    try {
      isRefused = !(await check());
      state.latencyMs = Math.round((performance.now() - askedAt) * 10) / 10;
      heard();
    } catch {
      // It is asked again, and silent meanwhile.
    } finally {
      isAsking = false;
    }
  };
  return Object.assign(state, {
    heard,
    /** How many ticks it has been silent for. */
    tick(isLookedAt: boolean): number {
      unheard += 1;
      unasked += 1;
      const isUrgent = state.isOut || silent > 0 || (isLookedAt && unheard > 1);
      const isDue = isUrgent || unasked >= SELDOM_TICKS;
      if (isAsking || isDue) silent += 1;
      judge();
      if (!isAsking && isDue) void ask();
      return silent;
    },
  });
}
