import type { Api } from './api.ts';
import type { Entry } from './record.ts';

/** Events from `since` on are no longer in the stream; without it, none that are older than what is in it. */
export interface Gap {
  kind: 'gap';
  since?: string;
  before: string;
  at: string;
}

export interface GapDeps {
  api: Api;
  take(entry: Entry): Promise<void>;
  show(line: string): void;
}

/** Takes what the stream no longer had, when this subscriber was back. */
export function createGapFiller({ api, take, show }: GapDeps): (gap: Gap) => Promise<void> {
  const filled = new Set<string>();
  return async ({ since, before, at }) => {
    const which = `${since} ${before}`;
    if (filled.has(which)) return; // its other consumer had it too, or it came again because filling took long
    show(`${at}  a gap ${since ? `from ${since} ` : ''}to ${before}`);
    for await (const entries of api.missed(since)) for (const entry of entries) await take(entry);
    filled.add(which);
  };
}

/** Takes all of a run whose end has come, in order: of what came before, the stream may have nothing any more. */
export async function fillEnded(
  api: Api,
  take: (entry: Entry) => Promise<void>,
  { runId, at }: Entry,
): Promise<void> {
  for await (const entries of api.missed(at))
    for (const entry of entries.filter((missed) => missed.runId === runId)) {
      await take(entry);
      if (entry.kind === 'end') return;
    }
}
