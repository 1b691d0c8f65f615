import { ACCOUNTS, apiSubjects, READERS } from '../accounts.ts';
import { EVENT_STREAM, gapConsumerOf, subjects } from '../subjects.ts';

/** An API key that may read events over NATS. */
export interface Subscriber {
  userId: string;
  /** The requested projects that the user is a member of. */
  projectIds: readonly string[];
  /** Part of the names of its consumers and inbox. Must be unguessable, or others could acknowledge in its name. */
  handle: string;
}

/** The account of a connection, and its permissions there. */
export interface Grant {
  account: string;
  publish: readonly string[];
  /** Subjects; a second word restricts a subject to the queue group of that name. */
  subscribe: readonly string[];
}

/** A durable consumer, and what it delivers. */
export interface ConsumerPlan {
  name: string;
  /** Filter subjects. If there are none, the consumer is not created. */
  subjects: readonly string[];
}

/** The subjects of the user's own runs, then those of its projects. They overlap: a run may be of both. */
export const liveSubjects = ({ userId, projectIds }: Subscriber): string[] => [
  subjects.eventsOfUser(userId),
  ...projectIds.map(subjects.eventsOfProject),
];

export const inboxPrefixOf = ({ handle }: Subscriber): string => `_INBOX_${handle}`;

/** May subscribe to current events, and publish nothing. */
export const liveGrant = (subscriber: Subscriber): Grant => ({
  account: ACCOUNTS.live,
  publish: [],
  subscribe: liveSubjects(subscriber),
});

/** May receive and acknowledge what its own consumers deliver; the inbox is for confirmed acknowledgements. */
export const durableGrant = (subscriber: Subscriber, plans: readonly ConsumerPlan[]): Grant => {
  const names = plans.filter((plan) => plan.subjects.length > 0).map(({ name }) => name);
  return {
    account: ACCOUNTS.durable,
    publish: names.flatMap((name) =>
      [name, gapConsumerOf(name)].map((consumer) => apiSubjects.acks(EVENT_STREAM, consumer)),
    ),
    subscribe: [
      ...names.map((name) => `${subjects.handedOut(name)} ${READERS}`),
      `${inboxPrefixOf(subscriber)}.>`,
    ],
  };
};
