import type { CancelSource } from '#shared/domain/run/status.ts';

/** What is said of ends that others than the flow brought about, in English. Of several templates the first that can be filled is said. */
export const englishEnds = {
  /** A reason that has no words here. */
  unknownReason: ['Its stop reason is {code}.', 'Its stop reason is not known.'],
  /** The longest time that a run may take was over. */
  deadlineOf: 'It had reached the longest time that it may take: {most}.',
  /** How its runner was lost, with what is known of it. */
  lost: {
    owner_gone: [
      'Its runner ({runner}) died in step {number}.',
      'Its runner ({runner}) died.',
      'Its runner died.',
    ],
    lease_expired: [
      'Its runner ({runner}) fell silent in step {number}.',
      'Its runner ({runner}) fell silent.',
      'Its runner fell silent.',
    ],
    other: ['It was lost with its runner ({runner}).', 'It was lost.'],
  } as Record<string, readonly string[]>,
  /** Its runner could not store anything, though it may have lived. */
  lostByOutage: 'Lost: PostgreSQL was out of reach from {from} to {to}, longer than its runner may go on.',
  notStopped: 'Nobody had stopped the run.',
  /** Who ended it: with when and why, as far as that is known. */
  stopped: {
    user: [
      '{who} stopped it, {age} ago: {given}.',
      '{who} stopped it: {given}.',
      '{who} stopped it, {age} ago.',
      '{who} stopped it.',
    ],
    supervisor: ['The supervisor ended it.'],
    shutdown: ['Its runner shut down and stopped it.'],
  } satisfies Record<CancelSource, readonly string[]>,
  /** A later request for the same. */
  again: ['{who} asked again, {after} later: {given}.', '{who} asked again, {after} later.'],
  forced: ['{who} forced it, {after} later: {given}.', '{who} forced it, {after} later.'],
  someUser: 'A user',
  cleanupFailed: (failed: number, begun: number) =>
    `Its clean-up failed: ${failed} of ${begun} onCancel steps, first {cleanup}.`,
  cleanupStep: (number: number) => `step ${number} ({action})`,
  /** Why a supervisor ended a run that was being stopped. */
  endedFor: {
    owner_gone: ['Its runner ({runner}) had died; a supervisor ended it.'],
    lease_expired: ['Its runner ({runner}) had fallen silent; a supervisor ended it.'],
    overdue: ['Its runner ({runner}) did not stop it in time; a supervisor ended it.'],
  } as Record<string, readonly string[]>,
  endedForOutage:
    'PostgreSQL was out of reach from {from} to {to}, longer than its runner may go on; a supervisor ended it.',
  webhookFails: (failing: number, waiting: number) =>
    `${failing === 1 ? 'A webhook of its project fails{answered}' : `${failing} webhooks of its project fail`}; ${waiting === 1 ? '1 message of this run waits' : `${waiting} messages of this run wait`}.`,
  webhookAnswered: ', which answered {status}',
};
export type WordsOfEnds = typeof englishEnds;
