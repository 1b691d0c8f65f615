/*
 * Does what the schedule says its users do. Owns the way from the number of a run to its id; the watchers and subscribers
 * own what goes on.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { TestSite } from '../../support/sites/site.ts';
import type { Ask, Person } from './actors.ts';
import { flowOf } from './flows.ts';
import type { RequestEntry } from './history.ts';
import type { Observers } from './observers.ts';
import type { Action, PersonAct, Start } from './schedule.ts';
import type { Subscribers } from './subscribers.ts';
import type { Watchers } from './watchers.ts';

export interface Workload {
  perform(action: Action): void;
  /** Resolves when every request was answered or given up, and every flow that waits for the site may go on. */
  done(): Promise<void>;
  readonly started: number;
  /** The id of a run by its number; undefined if it was not accepted. */
  idOf(run: number): Promise<string | undefined>;
}

/** Tag by which a run, its requests to the site and its secret are found. */
export const tagOf = (seed: number, run: number): string => `s${seed}r${run}`;

export interface WorkloadDeps {
  seed: number;
  ask: Ask;
  people: readonly Person[];
  site: TestSite;
  /** A site that the egress policy refuses. */
  forbidden: string;
  observers: Observers;
  watchers: Watchers;
  subscribers: Subscribers;
}

const otherGateway = (gateway: number) => 1 - gateway;

/** How often, and after how many ms, it is tried again where no gateway listens: a killed one is back in a few seconds. */
const TRIES = 20;
const AGAIN_MS = 250;

/** Where nobody listens it asks the other one, which clients do, so that the load does not depend on how soon a killed one is back. */
async function askOneThatListens(
  gateway: number,
  askOver: (gateway: number) => Promise<RequestEntry>,
): Promise<RequestEntry> {
  let over = gateway;
  for (let tries = 1; ; tries += 1) {
    const entry = await askOver(over);
    if (!entry.refused || tries === TRIES) return entry;
    await delay(AGAIN_MS);
    over = otherGateway(over);
  }
}

export function createWorkload(deps: WorkloadDeps): Workload {
  const { ask, people, site } = deps;
  const ids = new Map<number, Promise<string | undefined>>();
  const working = new Set<Promise<unknown>>();
  let started = 0;

  const track = (work: Promise<unknown>) => {
    const tracked: Promise<unknown> = work.finally(() => working.delete(tracked));
    working.add(tracked);
  };

  const start = (action: Start) => {
    const person = people[action.user]!;
    const tag = tagOf(deps.seed, action.run);
    deps.observers.follow(tag);
    const { concurrencyKey, releaseAfter } = action;
    if (releaseAfter !== undefined) track(delay(releaseAfter).then(() => site.release(`/gate?${tag}`)));
    const body = {
      ...flowOf(action.flow, tag, { baseUrl: site.url, forbidden: deps.forbidden }),
      project: person.projectId,
      ...(concurrencyKey !== undefined && { concurrencyKey, cancelPrevious: true }),
    };
    const post = (gateway: number) =>
      askOneThatListens(gateway, (over) =>
        ask(person, {
          op: 'start',
          gateway: over,
          tag,
          flow: action.flow,
          method: 'POST',
          path: '/v1/run',
          body,
          ...(concurrencyKey !== undefined && { concurrencyKey }),
          ...(action.twice && { headers: { 'Idempotency-Key': tag } }),
        }),
      );
    const posts = [post(action.gateway), ...(action.twice ? [post(otherGateway(action.gateway))] : [])];
    const id = Promise.all(posts).then((answers) => answers.map(idIn).find((found) => found !== undefined));
    void id.then((found) => (started += Number(found !== undefined)));
    ids.set(action.run, id);
    return id;
  };

  /** Runs that were not accepted, or not answered, cannot be named. */
  const named = async (runs: readonly number[]) =>
    (await Promise.all(runs.map((run) => ids.get(run)))).filter((id) => id !== undefined);

  const act = async (action: Action): Promise<unknown> => {
    const { gateway } = action;
    const person = people[action.user]!;
    if (action.do === 'start') return start(action);
    if (action.do === 'list')
      return ask(person, { op: 'list', gateway, method: 'GET', path: '/v1/runs?limit=1000' });
    if (action.do === 'subscribe') return deps.subscribers.start(person, gateway, action.forMs);
    const runs = await named(action.do === 'bulk' ? action.runs : [action.run]);
    const [id] = runs;
    if (id === undefined) return undefined;
    const path = `/v1/runs/${id}`;
    const cancel = (over: number, mode: string) =>
      ask(person, {
        op: 'cancel',
        gateway: over,
        runs,
        method: 'POST',
        path: `${path}/cancel`,
        body: { mode },
      });
    switch (action.do) {
      case 'bulk':
        return ask(person, {
          op: 'bulk',
          gateway,
          runs,
          method: 'POST',
          path: '/v1/runs/cancel',
          body: { ids: runs },
        });
      case 'cancel':
        return Promise.all(
          Array.from({ length: action.times }, (_, n) => cancel((gateway + n) % 2, action.mode)),
        );
      case 'dryRun':
        return ask(person, {
          op: 'dryRun',
          gateway,
          runs,
          method: 'POST',
          path: `${path}/cancel?dryRun=true`,
        });
      case 'read':
        return ask(person, { op: 'read', gateway, runs, method: 'GET', path });
      case 'peek':
        // A stranger tries each way in.
        return Promise.all([
          ask(person, { op: 'peek', gateway, runs, method: 'GET', path }),
          ask(person, { op: 'peek', gateway, runs, method: 'POST', path: `${path}/cancel` }),
          ask(person, { op: 'peek', gateway, runs, method: 'GET', path: `${path}/cancel` }),
          deps.watchers.start({ person, runId: id, gateway, leaves: [2_000] }),
        ]);
      case 'person': {
        const { what: act } = action;
        return ask(person, { op: 'person', act, gateway, runs, method: 'POST', ...personAct(path, act) });
      }
      case 'watch':
        return deps.watchers.start({ person, runId: id, gateway, leaves: action.leaves });
    }
  };

  return {
    perform: (action) => track(act(action)),
    async done() {
      await Promise.all(working);
    },
    idOf: async (run) => ids.get(run),
    get started() {
      return started;
    },
  };
}

/** So long a pause of the bench lasts at most, ms. */
const PAUSE_MS = 3_000;

function personAct(path: string, what: PersonAct): { path: string; body: object } {
  switch (what) {
    case 'pause':
      return { path: `${path}/pause`, body: { forMs: PAUSE_MS } };
    case 'pauseNow':
      return { path: `${path}/pause`, body: { mode: 'now', forMs: PAUSE_MS } };
    case 'answer':
      return { path: `${path}/answer`, body: { values: { code: '123456' } } };
    default:
      return { path: `${path}/${what}`, body: {} };
  }
}

const idIn = ({ status, body }: RequestEntry): string | undefined =>
  status === 202 ? (body as { id?: string }).id : undefined;
