/*
 * Whether PostgreSQL and NATS answer, and since when not. Owns one check of each at a time, whose result is read from
 * memory (I13, I14). Silence is counted in ticks of this process, so that one without processor time blames no
 * server.
 */
import type { Outage } from '#shared/api/contract/errors/outages.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { DependencyChecks } from '#shared/platform/process/missing-checks.ts';

export interface Reach extends Disposable {
  /** What does not answer now. */
  outages(): Outage[];
  /** The same, by name. */
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

export function createReach({ checks, log, fenceMs, onSilent }: ReachDeps): Reach {
  const watched = new Map(
    Object.entries(checks).map(([name, check]) => [name, watch(check, (isOut) => tell(name, isOut))]),
  );
  const tell = (name: string, isOut: boolean) =>
    isOut ? log.warn({ dependency: name }, 'out of reach') : log.info({ dependency: name }, 'within reach');
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
    checks: Object.fromEntries([...watched].map(([name, one]) => [name, async () => !one.isOut])),
    heard: (name) => watched.get(name)?.heard(),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** One of them. It is out at first: nothing was heard yet. */
function watch(check: () => Promise<boolean>, onChange: (isOut: boolean) => void) {
  /** Ticks for which a question has had no answer. */
  let silent = SILENT_TICKS;
  /** Ticks since an answer, and since a question. */
  let [unheard, unasked] = [0, 0];
  let isRefused = false;
  let isAsking = false;
  /** `wasGood`: it has been as it should be since this process began; only then is `answeredAt` the time of an answer. */
  const state = { isOut: true, wasGood: false, answeredAt: Date.now() };

  const judge = () => {
    const isOut = isRefused || silent >= SILENT_TICKS;
    if (isOut === state.isOut) return;
    state.isOut = isOut;
    onChange(isOut);
  };
  const heard = () => {
    [silent, unheard] = [0, 0];
    if (!isRefused) Object.assign(state, { wasGood: true, answeredAt: Date.now() });
    judge();
  };
  const ask = async () => {
    isAsking = true;
    unasked = 0;
    try {
      isRefused = !(await check());
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
