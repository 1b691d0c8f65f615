/*
 * All that a bench run has seen, entry by entry, as NDJSON in a folder of its own. Times are epoch ms by the clock of the
 * one machine that everything runs on, which is the database's, too.
 */
import { createWriteStream } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { StreamData } from '../../support/http/sse.ts';
import type { FlowKind, PersonAct } from './schedule.ts';

export interface Timing {
  leaseMs: number;
  graceMs: number;
  heartbeatMs: number;
  sweepMs: number;
}

/** Who took part, and what must not be found anywhere (I10). */
export interface Setting extends Timing {
  kind: 'setting';
  seed: number;
  users: { name: string; id: string }[];
  secrets: string[];
}

export interface RequestEntry {
  kind: 'request';
  user: string;
  op:
    | 'start'
    | 'cancel'
    | 'dryRun'
    | 'bulk'
    | 'read'
    | 'peek'
    | 'list'
    | 'stream'
    | 'subscription'
    | 'person';
  gateway: number;
  /** The runs it names, by id. */
  runs: string[];
  /** For a start: what it put into `contextId`, by which its run is found. */
  tag?: string;
  /** For a start: what its flow does. */
  flow?: FlowKind;
  concurrencyKey?: string;
  /** What a person asks of a run that goes on. */
  act?: PersonAct;
  sent: number;
  got: number;
  /** Left out if there was no answer. */
  status?: number;
  body?: unknown;
  failure?: string;
  /** Nobody listened: it has reached nobody. */
  refused?: true;
}

export interface StreamMessage {
  at: number;
  event: string;
  id?: string;
  data: StreamData;
}

/** One connection of one watcher, whole. */
export interface StreamEntry {
  kind: 'stream';
  user: string;
  watcher: number;
  runId: string;
  after: number;
  opened: number;
  closed: number;
  how: 'ended' | 'broken' | 'left';
  messages: StreamMessage[];
}

export interface NatsEntry {
  kind: 'nats';
  /** Who heard it live, or `stored` for what the stream of all events has at the end. */
  by: string;
  subject: string;
  id: string;
  data: StreamData;
}

export interface FaultEntry {
  kind: 'fault';
  what: string;
  service?: string;
  server?: string;
  pid?: number;
  from: number;
  to: number;
  /** It did not come to it: there was nothing to do it to. */
  missed?: true;
}

export interface ProcessEntry {
  kind: 'process';
  service: string;
  n: number;
  pid: number;
  event: 'started' | 'ended';
  at: number;
}

/** A request of a page for `/never?<tag>` or `/gate?<tag>`, as long as it is open. */
export interface SiteEntry {
  kind: 'site';
  tag: string;
  opened: number;
  closed?: number;
}

/** Something reached the place where the egress policy lets nobody go. */
export interface VisitEntry {
  kind: 'visit';
  at: number;
  /** The first line of what it said. */
  said: string;
}

export interface BrowserEntry {
  kind: 'browser';
  pid: number;
  runnerPid: number;
  first: number;
  last: number;
}

interface RowEntry {
  kind: 'row';
  table: string;
  row: Record<string, unknown>;
}
export interface LogEntry {
  kind: 'log';
  service: string;
  pid: number;
  line: string;
}
/** How many wanted a core of the machine, for each core, on average: those of other programs, too. */
export interface LoadEntry {
  kind: 'load';
  from: number;
  to: number;
  perCore: number;
}
/** What the same thing cost on an empty stage and on this one, once for each time, and what it may cost more in any case. */
export interface CostEntry {
  kind: 'cost';
  what: string;
  allowed: number;
  empty: number[];
  grown: number[];
  /** Where most was read, and how much. */
  most?: Record<string, number>;
}
/** `healed`: no fault was injected after it; `quiet`: all should be over. */
export interface MarkEntry {
  kind: 'mark';
  what: 'began' | 'healed' | 'quiet';
  at: number;
  missing?: string[];
}

export type HistoryEntry =
  | Setting
  | RequestEntry
  | StreamEntry
  | NatsEntry
  | FaultEntry
  | ProcessEntry
  | SiteEntry
  | VisitEntry
  | BrowserEntry
  | RowEntry
  | LogEntry
  | LoadEntry
  | CostEntry
  | MarkEntry;

export interface History {
  readonly entries: readonly HistoryEntry[];
  add(entry: HistoryEntry): void;
  /** Waits until all is written. */
  close(): Promise<void>;
  remove(): Promise<void>;
  /** Moves it out of the folder of this test run, which is removed, to `test-results`; returns where it is. */
  keep(): Promise<string>;
}

export async function openHistory(seed: number): Promise<History> {
  const folder = await mkdtemp(join(tmpdir(), `ghostly-faults-${seed}-`));
  const remove = () => rm(folder, { recursive: true, force: true });
  const entries: HistoryEntry[] = [];
  const file = createWriteStream(join(folder, 'history.ndjson'));
  return {
    entries,
    add(entry) {
      entries.push(entry);
      file.write(`${JSON.stringify(entry)}\n`);
    },
    close() {
      file.end();
      return finished(file);
    },
    remove,
    async keep() {
      const kept = join('test-results', basename(folder));
      await cp(folder, kept, { recursive: true });
      await remove();
      return kept;
    },
  };
}
