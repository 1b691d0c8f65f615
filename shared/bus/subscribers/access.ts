import { ACCOUNTS, apiSubjects, READERS } from '../accounts.ts';
import { EVENT_STREAM, subjects } from '../subjects.ts';

/** An API key that may read, as NATS knows it. */
export interface Subscriber {
  userId: string;
  /** Those of the projects asked for that the user is a member of. */
  projectIds: readonly string[];
  /** Names its consumers and inbox. Nobody else can guess it, or they could acknowledge in its name. */
  handle: string;
}

/** Where a connection lands, and what it may do there. */
export interface Grant {
  account: string;
  publish: readonly string[];
  /** Subjects; one with a second word only for the queue group of that name. */
  subscribe: readonly string[];
}

/** A durable consumer, and all that it hands out. */
export interface ConsumerPlan {
  name: string;
  /** Those of the events. Without any there is to be no such consumer. */
  subjects: readonly string[];
}

/** The subjects of the user's own runs, then those of its projects. They overlap: a run may be of both. */
export const liveSubjects = ({ userId, projectIds }: Subscriber): string[] => [
  subjects.eventsOfUser(userId),
  ...projectIds.map(subjects.eventsOfProject),
];

export const inboxPrefixOf = ({ handle }: Subscriber): string => `_INBOX_${handle}`;

/** Hears what is said now, and says nothing. */
export const liveGrant = (subscriber: Subscriber): Grant => ({
  account: ACCOUNTS.live,
  publish: [],
  subscribe: liveSubjects(subscriber),
});

/** Hears what its own consumers hand out, and acknowledges it; the inbox is for acknowledgements that are confirmed. */
export const durableGrant = (subscriber: Subscriber, plans: readonly ConsumerPlan[]): Grant => {
  const names = plans.filter((plan) => plan.subjects.length > 0).map(({ name }) => name);
  return {
    account: ACCOUNTS.durable,
    publish: names.map((name) => apiSubjects.acks(EVENT_STREAM, name)),
    subscribe: [
      ...names.map((name) => `${subjects.handedOut(name)} ${READERS}`),
      `${inboxPrefixOf(subscriber)}.>`,
    ],
  };
};
