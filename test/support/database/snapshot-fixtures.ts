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
  stateOf,
  store,
} from '#shared/domain/run/snapshot.ts';
import { explore } from '../model/machine-world.ts';
import {
  ASKED,
  apply,
  BEGUN,
  CANCEL,
  CLAIM,
  FINISHED,
  LAUNCHED,
  LOST,
  PAUSE,
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
/** Where another way is as short by now as the one when the version was released. */
const WAYS: Readonly<Record<string, TestEvent[]>> = {
  'running.queued': [],
  'running.launching': [CLAIM, LAUNCHED, BEGUN, ASKED, LOST, CLAIM],
  'running.stepping.acting': [CLAIM, LAUNCHED],
  'running.stepping.asking': [CLAIM, LAUNCHED, BEGUN, ASKED],
  'running.stepping.paused': [PAUSE, CLAIM, LAUNCHED, LOST, CLAIM, LAUNCHED],
  'running.settling': [CLAIM, { type: 'xstate.done.actor.runDeadline', output: { at: 1 } }],
  'cancelling.aborting': [CLAIM, CANCEL],
  'cancelling.cleaning': [CLAIM, LAUNCHED, BEGUN, CANCEL, FINISHED],
  'cancelling.closing': [CLAIM, CANCEL, { type: 'xstate.error.actor.interrupted', error: new Error('no') }],
  'cancelling.killing': [CLAIM, CANCEL, FORCE, { type: 'xstate.error.actor.close', error: new Error('no') }],
};

/** The machine of today in each state, by the shortest way there. */
export function snapshotsByState(): Map<string, RunSnapshot> {
  const initial = initialSnapshot(INPUT);
  const byState = new Map(
    Object.entries(WAYS).map(([state, received]) => [state, received.reduce(apply, initial)]),
  );
  for (const { snapshot } of explore(initial))
    if (!byState.has(stateOf(snapshot))) byState.set(stateOf(snapshot), snapshot);
  return byState;
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
