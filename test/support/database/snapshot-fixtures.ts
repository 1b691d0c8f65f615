/*
 * The stored snapshots of every version of the run machine, one for each state a run can rest in. Run as a script it
 * writes those that are missing for the present version; what was released is never written again.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import {
  initialSnapshot,
  type RunSnapshot,
  type StoredSnapshot,
  store,
} from '#shared/domain/run/snapshot.ts';
import {
  ASKED,
  apply,
  BEGUN,
  CANCEL,
  CHECKED,
  CLAIM,
  FINISHED,
  INTERRUPTED,
  LAUNCHED,
  LOST,
  PAUSE,
  RESUMED,
  SEALED,
  SETTLED,
  STEP_OK,
  type TestEvent,
} from './runs.ts';

const ROOT = new URL('../../fixtures/snapshots/', import.meta.url);
const folderOf = (version: number) => new URL(`v${version}/`, ROOT);

/** A budget of the fixtures' own, so that they do not change with the service's. */
const INPUT = {
  stepTimeouts: [1_000, 2_000],
  atomicSteps: [0],
  cleanupSteps: 1,
  maxDurationMs: 60_000,
  budget: {
    launch: 30_000,
    checkpoint: 10_000,
    stepSlack: 1_000,
    settle: 10_000,
    finish: 875,
    abort: 375,
    cleanup: 1_500,
    close: 2_000,
    forcedClose: 1_000,
    kill: 2_500,
  },
};

const FORCE: TestEvent = { type: 'CANCEL', at: 1, source: 'user', mode: 'force' };
const UNCLOSED: TestEvent = { type: 'xstate.error.actor.close', error: new Error('no') };
const UNLAUNCHED: TestEvent = { type: 'xstate.error.actor.launch', error: new Error('it broke') };
const PAUSED = [PAUSE, CLAIM, LAUNCHED];
const PARKED_LAUNCHING = [...PAUSED, LOST, CLAIM, UNLAUNCHED];

/** How the snapshot of each state came about. */
const WAYS: Readonly<Record<string, TestEvent[]>> = {
  'running.queued': [],
  'running.launching': [CLAIM, LAUNCHED, BEGUN, ASKED, LOST, CLAIM],
  'running.stepping.checkpoint': [
    ...[...PARKED_LAUNCHING, LOST, CLAIM, LAUNCHED],
    { type: 'xstate.done.actor.resumeDeadline', output: { at: 1 } },
  ],
  'running.stepping.acting': [CLAIM, LAUNCHED],
  'running.stepping.asking': [CLAIM, LAUNCHED, BEGUN, ASKED],
  'running.stepping.yielding': [CLAIM, LAUNCHED, PAUSE],
  'running.stepping.paused': [...PAUSED, LOST, CLAIM, LAUNCHED],
  'running.stepping.parking': [...PAUSED, SEALED],
  'running.parked': [...PARKED_LAUNCHING, SETTLED, LOST],
  'running.settling': [CLAIM, { type: 'xstate.done.actor.runDeadline', output: { at: 1 } }],
  'cancelling.finishing': [CLAIM, LAUNCHED, BEGUN, CANCEL],
  'cancelling.aborting': [CLAIM, CANCEL],
  'cancelling.cleaning': [CLAIM, LAUNCHED, BEGUN, CANCEL, FINISHED],
  'cancelling.closing': [CLAIM, CANCEL, INTERRUPTED],
  'cancelling.killing': [CLAIM, CANCEL, FORCE, UNCLOSED],
  pass: [...PAUSED, RESUMED, STEP_OK, STEP_OK, CHECKED, SETTLED],
  fail: [
    ...[CLAIM, CANCEL, INTERRUPTED, UNCLOSED],
    { type: 'xstate.done.actor.killDeadline', output: { at: 1 } },
  ],
};

/** The machine of today in each state. */
export function snapshotsByState(): Map<string, RunSnapshot> {
  const initial = initialSnapshot(INPUT);
  return new Map(Object.entries(WAYS).map(([state, received]) => [state, received.reduce(apply, initial)]));
}

export interface SnapshotFixture {
  version: number;
  state: string;
  stored: StoredSnapshot;
}

export const readSnapshotFixtures = (): SnapshotFixture[] =>
  readdirSync(ROOT).flatMap((folder) => {
    const version = Number(folder.slice(1));
    return readdirSync(folderOf(version)).map((file) => ({
      version,
      state: file.replace(/\.json$/, ''),
      stored: JSON.parse(readFileSync(new URL(file, folderOf(version)), 'utf8')) as StoredSnapshot,
    }));
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = folderOf(MACHINE_VERSION);
  mkdirSync(folder, { recursive: true });
  for (const [state, snapshot] of snapshotsByState()) {
    const file = new URL(`${state}.json`, folder);
    if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(store(snapshot), null, 2)}\n`);
  }
}
