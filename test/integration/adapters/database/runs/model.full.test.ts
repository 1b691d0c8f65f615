/* I1, I2, I3: the database stores and refuses exactly what the model of runs does, and needs each guard for that. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { GUARDS, WITHIN } from '../../../../support/model/ownership-model/guards.ts';
import {
  createMachineGraph,
  type MachineGraph,
} from '../../../../support/model/ownership-model/machine-graph.ts';
import {
  CONDITIONS,
  IMPLIED_BY,
  mutate,
  SCHEMA_CHANGES,
} from '../../../../support/model/ownership-model/mutations.ts';
import {
  play,
  playAll,
  playTree,
  type Stage,
  withSavepoints,
} from '../../../../support/model/ownership-model/play.ts';
import { randomProbes, tellApart } from '../../../../support/model/ownership-model/probes.ts';
import { openReplay, type Replay } from '../../../../support/model/ownership-model/replay.ts';
import type { Db, OwnerName } from '../../../../support/model/ownership-model/row.ts';
import { execute, type Kind } from '../../../../support/model/ownership-model/statements.ts';
import { randomTrace, seeded, shortTraces } from '../../../../support/model/ownership-model/traces.ts';
import { type Bounds, type Scenario, scenario } from '../../../../support/model/ownership-model/world.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { everyNth, share } from '../../../../support/share.ts';

const SEED = Number(process.env.GHOSTLY_MODEL_SEED ?? Date.now() % 1_000_000);
const graph = createMachineGraph(1, { launchFails: true });
const askingGraph = createMachineGraph(1, { asks: 'fails' });
const within = (bounds: Bounds) => scenario({ ...bounds, steps: 1 }, bounds.asks ? askingGraph : graph);
let database: Database;
let replay: Replay;
let askingReplay: Replay;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'model' });
  const account = await createOwner(database.sql);
  replay = await openReplay({ url, sql: database.sql, account, graph });
  askingReplay = await openReplay({ url, sql: database.sql, account, graph: askingGraph });
});
afterAll(async () => {
  await replay[Symbol.asyncDispose]();
  await askingReplay[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const replayOf = (ofRules: MachineGraph) => (ofRules.asks ? askingReplay : replay);

/** A transaction that leaves nothing behind. */
async function inVain(
  { initial, graph: ofRules }: Pick<Scenario, 'initial' | 'graph'>,
  work: (stage: Stage) => Promise<void>,
  key?: string,
) {
  const replay = replayOf(ofRules);
  const undo = new Error('undo');
  await database.sql
    .transaction(async (sql) => {
      const ids = await replay.start(sql, initial.db, key);
      await work({ replay, sql, sqlFor: () => withSavepoints(sql), ids });
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
}

describe('the model and the database', () => {
  it.each<[string, number, Bounds]>(
    everyNth(2, [
      ['a run that ends when its runner is lost', 4, { atMost: 1 }],
      ['a run that starts again, and two runners', 4, { owners: 2, atMost: 1, requeue: true }],
      ['a run that asks', 4, { asks: 'fails', atMost: 1 }],
    ]),
  )('I2, I3, I12: agree on all that can happen first to %s', async (_, length, bounds) => {
    const rules = within(bounds);
    const tree = shortTraces(rules, length);
    let played = 0;
    await inVain(rules, async (stage) => {
      played = await playTree(stage, tree);
    });
    expect(played).toBeGreaterThan(300);
  });

  it('I1, I2, I3, I6: agree on long lives of runs', async () => {
    const random = seeded(SEED);
    let statements = 0;
    const lives = share(10, 60);
    for (let n = 0; n < lives; n += 1) {
      const more = n % 2 === 0 ? { requeue: true } : {};
      const asks = n % 4 < 2 ? { asks: 'fails' as const } : {};
      const rules = within({ owners: 2, gateways: 2, supervisors: 2, atMost: 3, ...more, ...asks });
      const replay = replayOf(rules.graph);
      const steps = randomTrace(rules, 60, random);
      // Outside of a transaction, as the services do it.
      const ids = await replay.start(database.sql, rules.initial.db);
      await playAll({ replay, sql: database.sql, ids }, steps).catch(saySeed);
      await database.sql.rows('delete from runs where id = any ($1::uuid[])', [ids]);
      statements += steps.length;
    }
    expect(statements).toBeGreaterThan(5 * lives);
  });

  it('I2, I3: agree on statements that are wrong in some respect', async () => {
    const random = seeded(SEED);
    for (let n = 0; n < share(8, 20); n += 1) {
      const rules = within({ requeue: n % 2 === 0, ...(n % 4 < 2 && { asks: 'fails' }) });
      const steps = randomProbes(rules, rules.initial.db, 30, random);
      await inVain(rules, (stage) => playAll(stage, steps).catch(saySeed));
    }
  });
});

const saySeed = (error: Error) => {
  throw new Error(`GHOSTLY_MODEL_SEED=${SEED}: ${error.message}`, { cause: error });
};

const GUARDS_IN_SQL = Object.entries(CONDITIONS).flatMap(([kind, conditions]) =>
  Object.keys(conditions).map((name) => [`${kind}.${name}`, kind as Kind] as const),
);

/** Those by which a run is requeued that did not ask for that. */
const OF_UNASKED = ['', '.unbegun', '.unreturned', '.askedFor'].map((part) => `requeueStale.may${part}`);
/** Those that nothing reaches but a run that asks. */
const ofPerson = (guard: string) =>
  /^(parkRun|parkStale|expireParked|unparkOver|recordAnswer|keep)\.|\.unparked$/.test(guard);
/** The one by which a run is not started a third time. One that may still return goes back in any attempt. */
const OF_RETURNED = 'requeueStale.may.once';
const returnedOnce = ({ runs, ...db }: Db): Db => ({
  ...db,
  runs: runs.map((row) => ({ ...row, node: graph.walk(row.node, ['REQUEUE']).to })),
});

/** Statements of this kind are without these guards. */
const careless = (stage: Stage, kind: Kind, guards: readonly string[]): Stage => {
  const safe = withSavepoints(stage.sql);
  const mutated = mutate(safe, kind, guards);
  return { ...stage, sqlFor: (other) => (other === kind ? mutated : safe) };
};

describe('each guard stands in SQL, and without it the replay fails', () => {
  it('is in this list', () => {
    const all = Object.values(GUARDS).flatMap((guards) => guards.map(({ name }): string => name));
    expect(GUARDS_IN_SQL.map(([guard]) => guard).toSorted()).toEqual([...all, ...WITHIN].toSorted());
  });

  it.each(GUARDS_IN_SQL.filter(([guard]) => guard !== 'claim.keyFree'))('%s', async (guard, kind) => {
    const base = IMPLIED_BY[guard] ?? [];
    const rules = within({
      requeue: !OF_UNASKED.includes(guard),
      ...(ofPerson(guard) && { asks: 'fails' }),
    });
    const initial = guard === OF_RETURNED ? returnedOnce(rules.initial.db) : rules.initial.db;
    const apart = tellApart(rules, initial, [guard], base)!;
    await inVain({ graph: rules.graph, initial: { ...rules.initial, db: initial } }, async (stage) => {
      await playAll(careless(stage, kind, base), [...apart.way, apart.last]);
      const played = play(careless(stage, kind, [...base, guard]), apart.last, [guard]);
      await expect(played).rejects.toThrow(`is ${apart.without} instead of refused`);
    });
  });

  it('claim.keyFree, with the index of keys behind it', async () => {
    const rules = within({ runs: 2, owners: 2 });
    const { db: start } = rules.initial;
    const claim = (owner: OwnerName, run: number) => ({ kind: 'claim', owner, run, number: 1 }) as const;
    const first = execute(rules, start, claim('A', 0));
    const second = claim('B', 1);
    const work = async ({ sql, ids }: Stage) => {
      const careful = withSavepoints(sql);
      const careless = mutate(careful, 'claim', ['claim.keyFree']);
      const tryClaim = (within: Sql) => replay.execute(within, ids, first.db.runs[1]!, second);
      expect(await replay.execute(careful, ids, start.runs[0]!, claim('A', 0))).toBe('stored');
      expect(await tryClaim(careful)).toBe('refused');
      // The index refuses, and the function takes that for "nothing to claim".
      expect(await tryClaim(careless)).toBe('refused');
      await sql.rows('drop index runs_one_of_key');
      expect(await tryClaim(careful)).toBe('refused');
      expect(await tryClaim(careless)).toBe('stored');
    };
    await inVain(rules, work, 'one key');
  });
});

describe('the schema refuses what a statement without its guard would do', () => {
  it.each(SCHEMA_CHANGES)('$guard, until: $change', async ({ change, refusals, kind, guard }) => {
    const rules = within({ requeue: true, ...(ofPerson(guard) && { asks: 'fails' }) });
    const apart = tellApart(rules, rules.initial.db, refusals, [guard])!;
    await inVain(rules, async (stage) => {
      const forgetful = careless(stage, kind, [guard]);
      await playAll(forgetful, [...apart.way, apart.last]);
      expect(apart.last.operation).toMatchObject({ outcome: 'rejected' });
      await stage.sql.rows(change);
      await expect(play(forgetful, apart.last, [change])).rejects.toThrow('is stored instead of rejected');
    });
  });
});
