import { isDeepStrictEqual } from 'node:util';
import type { Bus } from '#shared/adapters/bus/bus.ts';
import {
  type ConsumerPlan,
  durableGrant,
  type Grant,
  liveGrant,
  type Subscriber,
} from '#shared/adapters/bus/subscribers/access.ts';
import {
  type Choice,
  consumersOf,
  isTooWide,
  subscriptionRequestOf,
} from '#shared/adapters/bus/subscribers/choice.ts';
import type { Admission, SignIn } from '#shared/adapters/bus/subscribers/claims.ts';
import { KEPT_MS, prepareConsumers } from '#shared/adapters/bus/subscribers/consumers.ts';
import { DECIDED_WITHIN_MS, type SignInRefusal } from '#shared/adapters/bus/subscribers/sign-ins.ts';
import { claimConsumers } from '#shared/adapters/database/accounts/subscriber-consumers.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { TooManyWaitingError } from '#shared/platform/async/turns.ts';
import { actorOfKey } from '../access/authenticate.ts';
import { may } from '../access/policy.ts';
import { createTurnsByName } from '../access/turns-by-name.ts';
import type { Connected } from './connected.ts';
import { readSubscriber } from './subscriber.ts';
import { tellOfGaps } from './tell-of-gaps.ts';

export interface AdmitDeps {
  sql: Sql;
  /** For consumers only: creating one may be slow, and must not delay commands or other replies. */
  consumersBus: Bus;
  /** Most consumers of each user. */
  maxConsumers: number;
  /** Called when the use of a key is to be recorded. */
  onKeyUse(keyId: string): void;
  connected: Pick<Connected, 'add'>;
  /** Ms since the epoch. */
  now(): number;
}

/** How long a connection lasts if no gateway ends it earlier, ms. Its client reconnects by itself. */
const LASTS_MS = 5 * 60_000;

/**
 * Sign-ins of one user (I13): this many are decided at once, `WAITING` more are queued, and further ones are refused.
 */
const AT_ONCE = 4;
const WAITING = 60;
const TOO_WIDE: SignInRefusal = { refused: 'too many projects' };
const TOO_LATE: SignInRefusal = { refused: 'too many sign-ins at once' };

/** Admits an API key that may read runs to the events of its user's runs and projects (I11). */
export function createAdmit(deps: AdmitDeps) {
  const { sql, onKeyUse, connected, now } = deps;
  const inTurn = createTurnsByName({ atOnce: AT_ONCE, waiting: WAITING });

  return async (signIn: SignIn): Promise<Admission | SignInRefusal> => {
    const actor = await actorOfKey({ sql, onKeyUse }, signIn.secret);
    if (actor?.keyId === undefined) return { refused: 'unauthorized' };
    if (may(actor, 'runs:read') !== 'allowed') return { refused: 'forbidden' };
    const { keyId, userId } = actor;
    const request = subscriptionRequestOf(signIn.user);
    if (!request) return { refused: 'no such projects' };

    const settle = request.durable ? settleDurable : settleLive;
    const since = performance.now();
    const settled = await inTurn
      .take(userId, async () =>
        performance.now() - since > DECIDED_WITHIN_MS ? TOO_LATE : settle(deps, keyId, request.projects),
      )
      .catch((error: unknown) => {
        if (error instanceof TooManyWaitingError) return TOO_LATE;
        throw error;
      });
    if ('refused' in settled) return settled;
    const { grant, subscriber } = settled;
    const until = Math.min(now() + LASTS_MS, actor.until?.getTime() ?? Number.POSITIVE_INFINITY);
    connected.add({ keyId, projects: request.projects, subscriber, connection: signIn.connection, until });
    return { grant, name: keyId, until };
  };
}

interface Settled {
  grant: Grant;
  subscriber: Subscriber;
}

async function settleLive(
  { sql }: AdmitDeps,
  keyId: string,
  projects: Choice,
): Promise<Settled | SignInRefusal> {
  const subscriber = await readSubscriber(sql, keyId, projects);
  if (!subscriber) return { refused: 'unauthorized' };
  if (isTooWide(subscriber)) return TOO_WIDE;
  return { grant: liveGrant(subscriber), subscriber };
}

/** How often the rights may change during one sign-in. */
const MAX_CHANGES = 3;

/**
 * Prepares the consumers and reads the rights again afterwards: of two concurrent sign-ins, the one that read the
 * older rights may be the last to prepare.
 */
async function settleDurable(
  deps: AdmitDeps,
  keyId: string,
  projects: Choice,
): Promise<Settled | SignInRefusal> {
  let subscriber = await readSubscriber(deps.sql, keyId, projects);
  for (let changes = 0; subscriber && changes <= MAX_CHANGES; changes += 1) {
    if (isTooWide(subscriber)) return TOO_WIDE;
    const plans = consumersOf(subscriber, projects);
    const refusal = await prepare(deps, subscriber.userId, keyId, plans);
    if (refusal) return refusal;
    const current = await readSubscriber(deps.sql, keyId, projects);
    if (isDeepStrictEqual(current, subscriber)) return { grant: durableGrant(subscriber, plans), subscriber };
    subscriber = current;
  }
  if (subscriber) throw new Error('the rights of a subscriber change too fast');
  return { refused: 'unauthorized' };
}

async function prepare(
  { sql, consumersBus, maxConsumers: max }: AdmitDeps,
  userId: string,
  keyId: string,
  plans: readonly ConsumerPlan[],
): Promise<SignInRefusal | undefined> {
  const names = plans.filter(({ subjects }) => subjects.length > 0).map(({ name }) => name);
  const outcome = await claimConsumers(sql, { userId, keyId, names, max, keptMs: KEPT_MS });
  if (outcome === 'too_many') return { refused: 'too many consumers' };
  if (outcome === 'no_key') return { refused: 'unauthorized' };
  const hadUntil = new Map(outcome.flatMap(({ name, hadUntil: until }) => (until ? [[name, until]] : [])));
  const prepared = await prepareConsumers(consumersBus, plans, hadUntil);
  await tellOfGaps({ sql, bus: consumersBus }, outcome, prepared);
  return undefined;
}
