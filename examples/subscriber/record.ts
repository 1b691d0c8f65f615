import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { AssistEntry } from './api.ts';

/** What comes over NATS: an event of a run, a change of its status, or its end. */
export type Entry = (
  | AssistEntry
  | { kind: 'status'; status: string; at: string }
  | { kind: 'end'; at: string }
) & {
  runId: string;
};

/** The file of all that was heard, and at the same time the memory of what was: one cannot get ahead of the other. */
export interface EventFile {
  /** The last seq of a run; 0 if there is none. */
  lastSeq(runId: string): number;
  /** Whether a status or an end was heard before. */
  knows(entry: Entry): boolean;
  /** Whether the first of its statuses was heard. */
  hasBegun(runId: string): boolean;
  /** Runs whose last event is still to come. */
  openRuns(): string[];
  add(entry: Entry): void;
}

export function openRecord(file: string): EventFile {
  const lastSeqs = new Map<string, number>();
  const open = new Set<string>();
  const others = new Set<string>();

  const remember = (entry: Entry) => {
    if (entry.kind !== 'assist') return void others.add(nameOf(entry));
    lastSeqs.set(entry.runId, entry.seq);
    if (entry.type === 'run_end') open.delete(entry.runId);
    else open.add(entry.runId);
  };
  for (const line of wholeLinesOf(file)) remember(JSON.parse(line) as Entry);

  return {
    lastSeq: (runId) => lastSeqs.get(runId) ?? 0,
    knows: (entry) => others.has(nameOf(entry)),
    hasBegun: (runId) => others.has(`${runId} running`),
    openRuns: () => [...open],
    add(entry) {
      appendFileSync(file, `${JSON.stringify(entry)}\n`);
      remember(entry);
    },
  };
}

const nameOf = (entry: Entry): string =>
  `${entry.runId} ${entry.kind === 'status' ? entry.status : entry.kind}`;

/** Cuts off a line that a kill has left half written. */
function wholeLinesOf(file: string): string[] {
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) truncateSync(file, end);
  return bytes.subarray(0, end).toString('utf8').split('\n').filter(Boolean);
}
