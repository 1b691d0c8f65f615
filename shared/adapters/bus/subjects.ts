/** Every subject of the system, from general to specific, with its wildcards. */
const ROOT = 'ghostly.v1';

export const subjects = {
  /** Run-queued notification. Of the runners that have room one hears of each. */
  runQueued: `${ROOT}.queued`,
  /**
   * The same of a run that asks for this label, among others maybe: of the runners that have it and have room one hears.
   * One token, as a label may have two dots in a row, and a subject may not.
   */
  runQueuedFor: (label: string) => `${ROOT}.queued.${label.replaceAll('.', '=')}`,
  /** A run that its runner put back into the queue, for any other runner: all of them hear of it. */
  runReturned: `${ROOT}.returned`,
  finalise: `${ROOT}.supervisor.finalise`,
  /** The live actor of a run. */
  command: (runId: string) => `${ROOT}.run.${runId}.command`,
  /** Entries of a run for its current watchers, as a list; not persisted. */
  live: (runId: string) => `${ROOT}.run.${runId}.live`,
  /** What gateways want to see of the page that a run is on; for its owner. */
  wishes: (runId: string) => `${ROOT}.frames.${runId}.wishes`,
  /** Pictures of that page, of one size. */
  frames: (runId: string, size: string) => `${ROOT}.frames.${runId}.picture.${size}`,
  /** What there is to see: pages, the step, and whether they are covered. */
  scene: (runId: string) => `${ROOT}.frames.${runId}.scene`,
  /** All three, of every run. */
  allFrames: `${ROOT}.frames.>`,
  event: (run: RunAddress, type: string) =>
    `${ROOT}.events.${run.userId}.${run.projectId}.${run.runId}.${type}`,
  eventsOfRun: (runId: string) => `${ROOT}.events.*.*.${runId}.*`,
  /** Events of the runs that a user has started. */
  eventsOfUser: (userId: string) => `${ROOT}.events.${userId}.>`,
  eventsOfProject: (projectId: string) => `${ROOT}.events.*.${projectId}.>`,
  allEvents: `${ROOT}.events.>`,
  /** Notices that a durable consumer has missed events; stored in the stream of events too. */
  gapOf: (consumer: string) => `${ROOT}.gaps.${consumer}`,
  allGaps: `${ROOT}.gaps.>`,
  /** Where a durable consumer delivers its events. */
  handedOut: (consumer: string) => `${ROOT}.durable.${consumer}`,
} as const;

/** The queue group in which runners with room share the notifications of queued runs. */
export const RUNNERS = 'runners';

/** The queue group in which supervisors share finalise requests. */
export const SUPERVISORS = 'supervisors';

/** The queue group in which gateways share sign-ins. */
export const GATEWAYS = 'gateways';

export const EVENT_STREAM = 'GHOSTLY_EVENTS';

/** The consumer that delivers the notices of gaps of a subscriber's consumer. */
export const gapConsumerOf = (consumer: string): string => consumer.replace(/^feed_/, 'gap_');

export interface RunAddress {
  userId: string;
  projectId: string;
  runId: string;
}
