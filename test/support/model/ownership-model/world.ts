/* The state of the whole protocol at one moment: the database, and what each process holds in memory. Pure. */
import type { CancelSource } from '#shared/domain/run/status.ts';
import { createMachineGraph, type Label, type MachineGraph } from './machine-graph.ts';
import { acceptedRow, type Db, type OwnerName } from './row.ts';
import type {
  Executed,
  OwnerStatement,
  Rules,
  Statement,
  TransitionStatement,
  UnparkStatement,
} from './statements.ts';

/** A live actor: its machine has received `pending` since the snapshot that it knows to be stored. */
export interface Actor {
  readonly run: number;
  readonly epoch: number;
  readonly lastSeq: number;
  readonly committed: number;
  readonly pending: readonly Label[];
  /** Its last write: refused, or without an answer; `sent` of the pending ones were in it. */
  readonly doubt?: 'refused' | 'unknown';
  readonly sent: number;
  /** It receives nothing any more, but its process lives. */
  readonly hung?: true;
  /** It was stopped for a while. */
  readonly slept?: true;
  /** Steps that it began after it had lost the run. */
  readonly late: number;
  /** Its lease is renewed no more, though it goes on. */
  readonly forgotten?: true;
  /** It knows that what its run needs to go on elsewhere is kept. */
  readonly kept?: true;
}

export interface Owner {
  readonly name: OwnerName;
  readonly process: 'up' | 'paused' | 'dead';
  readonly draining?: true;
  /** It drains, and has not cancelled its run yet: one that waits for a person is parked. */
  readonly leaving?: true;
  /** How many of its claims have brought a run; the next has the next number. */
  readonly claims: number;
  /** Its next claim is one that had no answer, asked again. */
  readonly unsure?: true;
  /** The run that its claim has locked, but not taken yet. */
  readonly chosen?: number;
  readonly actor?: Actor;
  /** Runs that it has lost, and whose browsers it still closes. */
  readonly closing?: readonly number[];
}

export interface Supervisor {
  /** What it is about to write, from what it loaded. */
  readonly intends?: Exclude<TransitionStatement, OwnerStatement> | UnparkStatement;
}

export interface Gateway {
  /** `telling`: on its way to the owner, or, since nobody answers, to a supervisor. */
  readonly phase: 'start' | 'telling' | 'over';
  readonly run: number;
  readonly epoch?: number;
  readonly source?: CancelSource;
  /** 200 was answered, or will be, whatever else happens. */
  readonly accepted?: true;
}

/** A person who is asked, wherever the question is shown. */
export interface Person {
  readonly phase: 'start' | 'answering' | 'over';
  readonly run: number;
  /** The attempt that asks. */
  readonly attempt?: number;
  /** 200 was answered: this is the answer that counts. */
  readonly accepted?: true;
}

export interface World {
  readonly db: Db;
  readonly owners: readonly Owner[];
  readonly supervisors: readonly Supervisor[];
  readonly gateways: readonly Gateway[];
  readonly persons: readonly Person[];
  /** Statements whose sender has given up on them, and that may still arrive. */
  readonly network: readonly Statement[];
  /** How many may still happen. */
  readonly faults: number;
}

export interface Scenario extends Rules {
  readonly graph: MachineGraph;
  readonly initial: World;
  readonly faults: ReadonlySet<Fault>;
  /** Runs share a key, so that it counts who looked when. */
  readonly keyed: boolean;
  /** A queue may end also while a runner could take the run. */
  readonly impatient: boolean;
}

const FAULTS = ['kill', 'pause', 'lostAnswer', 'lateStatement', 'cut', 'hang', 'drain'] as const;
export type Fault = (typeof FAULTS)[number];

/** What time does to a row. */
export type Passage = 'leaseOver' | 'overdue' | 'queueOver' | 'personOver';

/** One thing that happens. */
export interface Move {
  readonly title: string;
  readonly to: World;
  /** It need not happen: no run may depend on it to become final. */
  readonly unfair?: true;
  readonly statement?: Statement;
  readonly executed?: Executed;
  /** What the environment did to the database. */
  readonly passes?: { readonly run: number; readonly what: Passage };
  readonly died?: OwnerName;
  readonly loads?: { readonly run: number; readonly byCancel: boolean };
  /** A promise that was broken by it. */
  readonly broken?: string;
}

export interface Bounds {
  steps?: number;
  owners?: number;
  gateways?: number;
  supervisors?: number;
  runs?: number;
  requeue?: boolean;
  /** A browser may fail to start. */
  launchFails?: boolean;
  /** Its first step asks a person; what follows if nobody answers. */
  asks?: 'fails' | 'goesOn';
  persons?: number;
  impatient?: boolean;
  /** At most so many of these. */
  atMost?: number;
  faults?: readonly Fault[];
  off?: readonly string[];
}

const NAMES = ['A', 'B'] as const;

/** `made`: a graph of as many steps that has been made already. */
export function scenario(bounds: Bounds, made?: MachineGraph): Scenario {
  const { steps = 2, owners = 1, gateways = 1, supervisors = 1, runs = 1, requeue = false } = bounds;
  const { atMost = 2, faults = FAULTS, off = [], impatient = false, launchFails = false } = bounds;
  const { asks, persons = asks ? 1 : 0 } = bounds;
  const graph = made ?? createMachineGraph(steps, { launchFails, asks });
  const row = acceptedRow(graph.start, requeue);
  return {
    graph,
    impatient,
    off: new Set(off),
    faults: new Set(faults),
    keyed: runs > 1,
    initial: {
      db: { runs: Array(runs).fill(row), gone: [] },
      owners: NAMES.slice(0, owners).map((name) => ({ name, process: 'up' as const, claims: 0 })),
      supervisors: Array(supervisors).fill({}),
      gateways: Array(gateways).fill({ phase: 'start', run: 0 }),
      persons: Array(persons).fill({ phase: 'start', run: 0 }),
      network: [],
      faults: atMost,
    },
  };
}
