/*
 * The runs that are watched live at this gateway: one inlet for each, however many watch it, and one look at the database a
 * second for all of them (I14). Owns the latest picture of each page and size, and nothing older.
 */
import type { FrameInlet, Frames } from '#shared/adapters/bus/live/frames.ts';
import { readHead } from '#shared/adapters/bus/live/picture.ts';
import { type FrameSize, type LiveAsk, type LiveScene, WISH_MS } from '#shared/adapters/bus/live/wish.ts';
import { readSituations, type Situation } from '#shared/adapters/database/run-views/situation.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { LiveEnd } from '#shared/api/contract/live/ends.ts';
import { isFinal, type Status } from '#shared/domain/run/status.ts';
import { createSerialTask } from '#shared/platform/async/serial-task.ts';

export interface LivePicture {
  seq: number;
  page: number;
  size: FrameSize;
  /** What viewers are sent. */
  bytes: Uint8Array;
}

/** One that sees a run. */
export interface Seer {
  readonly ask: LiveAsk;
  /** There is another picture, maybe not for it. */
  offer(): void;
  scene(scene: LiveScene): void;
  /** The run goes on; with its status each time that it was looked at. */
  goesOn(status: Status): void;
  end(why: LiveEnd, status?: Status): void;
}

/** What there is to see of a run. */
export interface SeenRun {
  readonly scene: LiveScene | undefined;
  /** The latest picture for what is asked for; undefined while there is none, or it is covered. */
  latest(ask: LiveAsk): LivePicture | undefined;
  /** A seer has taken this one. */
  took(seq: number): void;
  /** A seer asks for another page or size. */
  asksAnew(): void;
  leave(): void;
}

export interface RunViews extends AsyncDisposable {
  join(runId: string, seer: Seer): SeenRun;
}

interface Deps {
  sql: Sql;
  frames: Pick<Frames, 'watch'>;
  /** The id of this gateway. */
  gateway: string;
  onError(error: unknown): void;
}

const LOOK_MS = 1_000;
/** So soon after its browser has closed a run is over, ms. */
const SOON_MS = 150;

export function createRunViews({ sql, frames, gateway, onError }: Deps): RunViews {
  const views = new Map<string, View>();
  const looks = createSerialTask(
    async () => {
      if (views.size === 0) return undefined;
      await look(sql, [...views]);
      return LOOK_MS;
    },
    (error) => {
      onError(error);
      return LOOK_MS;
    },
  );
  const close = (runId: string, view: View) => {
    view.close();
    if (views.get(runId) === view) views.delete(runId);
  };
  const viewOf = (runId: string): View => {
    const known = views.get(runId);
    if (known) return known;
    const view = new View(runId, { frames, gateway }, () => looks.runIn(SOON_MS));
    views.set(runId, view);
    return view;
  };
  return {
    join(runId, seer) {
      const view = viewOf(runId);
      view.seers.add(seer);
      view.wish();
      void looks.run();
      return {
        get scene() {
          return view.scene;
        },
        latest: (ask) => view.latest(ask),
        took: (seq) => view.took(seq),
        asksAnew: () => view.wish(),
        leave() {
          view.seers.delete(seer);
          if (view.seers.size === 0) close(runId, view);
          else view.wish();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const [runId, view] of views) close(runId, view);
      await looks.close();
    },
  };
}

/** One that comes meanwhile was not asked for: it is looked at next. */
async function look(sql: Sql, views: readonly (readonly [runId: string, View])[]): Promise<void> {
  const ids = views.map(([runId]) => runId);
  const found = new Map((await readSituations(sql, ids)).map((situation) => [situation.id, situation]));
  for (const [runId, view] of views) view.judge(found.get(runId));
}

class View {
  readonly seers = new Set<Seer>();
  scene: LiveScene | undefined;
  readonly #latest = new Map<string, LivePicture>();
  readonly #inlet: FrameInlet;
  readonly #gateway: string;
  readonly #repeating: ReturnType<typeof setInterval>;
  #taken = 0;

  constructor(runId: string, { frames, gateway }: Pick<Deps, 'frames' | 'gateway'>, onOver: () => void) {
    this.#gateway = gateway;
    this.#inlet = frames.watch(runId, {
      picture: (size, bytes) => this.#hear(size, bytes),
      scene: (scene) => {
        this.scene = scene;
        if (scene.covered) this.#latest.clear();
        for (const seer of this.seers) seer.scene(scene);
        if (scene.over) onOver();
      },
    });
    this.#repeating = setInterval(() => this.wish(), WISH_MS.every);
  }

  /** Says what is wanted now, and which picture was taken last. */
  wish(): void {
    const asks = new Map<string, LiveAsk>();
    for (const { ask } of this.seers) {
      const key = `${ask.page} ${ask.size}`;
      const everyMs = Math.min(ask.everyMs, asks.get(key)?.everyMs ?? ask.everyMs);
      asks.set(key, { ...ask, everyMs });
    }
    this.#inlet.wish({ gateway: this.#gateway, asks: [...asks.values()].slice(0, 12), taken: this.#taken });
  }

  took(seq: number): void {
    if (seq <= this.#taken) return;
    this.#taken = seq;
    this.wish();
  }

  latest({ page, size }: LiveAsk): LivePicture | undefined {
    return this.scene && this.#latest.get(`${page ?? this.scene.on} ${size}`);
  }

  judge(run: Situation | undefined): void {
    const why = whyOver(run);
    for (const seer of this.seers)
      if (why) seer.end(why, run?.shownStatus);
      else if (run) seer.goesOn(run.shownStatus);
  }

  close(): void {
    clearInterval(this.#repeating);
    this.seers.clear();
    this.wish();
    this.#inlet.stop();
  }

  #hear(size: FrameSize, bytes: Uint8Array): void {
    const head = readHead(bytes);
    if (!head || this.scene?.covered) return;
    const key = `${head.page} ${size}`;
    if (head.seq <= (this.#latest.get(key)?.seq ?? 0)) return;
    this.#latest.set(key, { seq: head.seq, page: head.page, size, bytes });
    for (const seer of this.seers) seer.offer();
  }
}

/** Undefined while it may have a page. */
function whyOver(run: Situation | undefined): LiveEnd | undefined {
  if (!run || isFinal(run.shownStatus)) return 'ended';
  if (run.owner === null) return 'queued';
  return run.ownerLost ? 'lost' : undefined;
}
