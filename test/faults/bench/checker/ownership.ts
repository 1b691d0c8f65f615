import type { AuditRow } from '../audit.ts';
import { isFinal, ms, type Rule, type Violation, violation } from './facts.ts';

const RUNNER = 'ghostly-runner ';
/** States before the steps: the last that was stored counts, as several are written at once. */
const BEFORE_STEPS = new Set(['running.queued', 'running.launching', 'running.settling']);

/** I2: only its owner writes, only while its lease lasts, and no owner comes without a higher epoch. */
export const ownersWrite: Rule = ({ runs }) =>
  [...runs.values()].flatMap(({ row, audit }) => [
    ...audit.flatMap((change) => judge(row.id, change)),
    ...audit
      .filter(isReturn)
      // A run that was parked returns once for each time.
      .slice(1 + audit.filter(isParking).length)
      .map((change) => violation('I2', 'put back into the queue more than once', row.id, change)),
  ]);

function judge(id: string, change: AuditRow): Violation[] {
  const { writer, began, before, after } = change;
  if (!before || JSON.stringify(before) === JSON.stringify(after)) return [];
  const broken: Violation[] = [];
  const say = (what: string) => broken.push(violation('I2', what, id, change));
  if (after.epoch < before.epoch || after.last_seq < before.last_seq) say('epoch or last_seq fell');
  if (after.owner !== before.owner && after.epoch !== before.epoch + 1)
    say('another owner without the next epoch');
  if (before.owner !== null && after.owner !== null && after.owner !== before.owner)
    say('taken from its owner by another');
  if (after.owner !== null && before.owner === null && before.cancel_requested_at !== null)
    say('claimed after a cancel was recorded');
  if (!writer.startsWith(RUNNER)) return broken;
  const [runner] = writer.slice(RUNNER.length).split(' '); // its session has the same name, and says so behind it
  const returned = isReturn(change) || isParking(change);
  if (runner !== (returned ? before.owner : after.owner)) say(`runner ${runner} wrote and does not own it`);
  const wrote = after.last_seq !== before.last_seq || after.state !== before.state;
  // What had begun before may be noted a little later.
  const late = before.lease_until !== null && ms(began) > ms(before.lease_until);
  if (wrote && before.owner !== null && late) say('its owner wrote after its lease had ended');
  // One that cannot go on ends its run as a supervisor would, and so loses it.
  const gaveUp = isFinal(after.status) && after.epoch === before.epoch + 1;
  if (wrote && before.owner !== null && after.epoch !== before.epoch && !gaveUp && !returned)
    say('its owner wrote under another epoch');
  return broken;
}

/** A run in one of these states is left without an owner, under the next epoch and in the same attempt, unless it is cancelled. */
const handsBack = ({ before, after }: AuditRow, from: ReadonlySet<string>, to: string) =>
  before !== null &&
  from.has(before.state) &&
  before.cancel_requested_at === null &&
  after.state === to &&
  after.owner === null &&
  after.lease_until === null &&
  after.epoch === before.epoch + 1 &&
  after.attempt === before.attempt;

/**
 * A run of which nothing has begun is put back by its owner, for which no browser started, or by a supervisor, once its owner
 * is lost: once in all, under the next epoch and unless a cancel is recorded.
 */
const isReturn = (row: AuditRow) => handsBack(row, BEFORE_STEPS, 'running.queued');

const WAITS = new Set([
  'running.stepping.asking',
  'running.stepping.paused',
  'running.stepping.parking',
  // It was parked before, and its page is being opened again.
  'running.launching',
]);

/** A run that waits for a person is given up by its owner, or by a supervisor, once its owner is lost: under the next epoch. */
const isParking = (row: AuditRow) => handsBack(row, WAITS, 'running.parked');
