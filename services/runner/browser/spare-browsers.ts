import type { BrowserKind } from './browser-kind.ts';
import type { SharedBrowser } from './shared-browser.ts';

export interface SpareOptions {
  launch(kind: BrowserKind): Promise<SharedBrowser>;
  /** How long after the last launch a spare browser is started, ms. */
  afterMs: number;
  /** Whether there may be another browser. */
  hasRoom(): boolean;
}

/** Browsers that are started, one of each kind at most, for the next project that has none. */
export interface SpareBrowsers {
  /** The spare one, which may still be starting; it is spare no more. */
  take(kind: BrowserKind): Promise<SharedBrowser> | undefined;
  /** Starts one if there is none. */
  warm(kind: BrowserKind): Promise<void>;
  /** Starts one a while after the last call, so not while others are starting. */
  soon(kind: BrowserKind): void;
  /** Whether it is ready. */
  isReady(shared: SharedBrowser): boolean;
  /** It is in use, or gone. */
  drop(shared: SharedBrowser): void;
  /** It failed to start, or is retired. */
  forget(launched: Promise<SharedBrowser>): void;
  pending(): Promise<SharedBrowser>[];
  stop(): void;
}

export function createSpareBrowsers({ launch, afterMs, hasRoom }: SpareOptions): SpareBrowsers {
  const ahead = new Map<BrowserKind, Promise<SharedBrowser>>();
  const ready = new Set<SharedBrowser>();
  let timer: NodeJS.Timeout | undefined;

  const forget = (launched: Promise<SharedBrowser>) => {
    for (const [kind, value] of ahead) if (value === launched) ahead.delete(kind);
  };

  const start = async (kind: BrowserKind): Promise<void> => {
    const launched = launch(kind);
    ahead.set(kind, launched);
    try {
      const shared = await launched;
      if (ahead.get(kind) === launched) ready.add(shared);
    } catch (error) {
      forget(launched);
      throw error;
    }
  };

  return {
    take(kind) {
      const taken = ahead.get(kind);
      ahead.delete(kind);
      return taken;
    },
    async warm(kind) {
      await (ahead.get(kind) ?? start(kind));
    },
    soon(kind) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (ahead.has(kind) || !hasRoom()) return;
        start(kind).catch(() => undefined); // the next caller that needs one gets the error
      }, afterMs);
    },
    isReady: (shared) => ready.has(shared),
    drop: (shared) => void ready.delete(shared),
    forget,
    pending: () => [...ahead.values()],
    stop: () => clearTimeout(timer),
  };
}
