import { ACCOUNTS, apiSubjects } from '../accounts.ts';
import { EVENT_STREAM, subjects } from '../subjects.ts';

/** An API key that may read, as NATS knows it. */
export interface Subscriber {
  userId: string;
  /** The projects that the user is a member of. */
  projectIds: readonly string[];
  /** Names its consumers and inbox. Nobody else can guess it, or they could acknowledge in its name. */
  handle: string;
}

/** Where a connection lands, and what it may do there. */
export interface Grant {
  account: string;
  publish: readonly string[];
  subscribe: readonly string[];
}

/** A durable consumer, and all that it hands out. */
export interface ConsumerPlan {
  name: string;
  subjects: readonly string[];
}

/** The subjects of the user's own runs, then those of its projects. They overlap: a run may be of both. */
export const liveSubjects = ({ userId, projectIds }: Subscriber): string[] => [
  subjects.eventsOfUser(userId),
  ...projectIds.map(subjects.eventsOfProject),
];

/** Two, since the subjects of one consumer must not overlap. The second one has none without projects. */
export const consumersOf = ({ userId, projectIds, handle }: Subscriber): [ConsumerPlan, ConsumerPlan] => [
  { name: `own_${handle}`, subjects: [subjects.eventsOfUser(userId)] },
  { name: `projects_${handle}`, subjects: projectIds.map(subjects.eventsOfProject) },
];

export const inboxPrefixOf = ({ handle }: Subscriber): string => `_INBOX_${handle}`;

/** Hears what is said now, and says nothing. */
export const liveGrant = (subscriber: Subscriber): Grant => ({
  account: ACCOUNTS.live,
  publish: [],
  subscribe: liveSubjects(subscriber),
});

/** Pulls from its own consumers and acknowledges; hears only the answers. */
export const durableGrant = (subscriber: Subscriber): Grant => ({
  account: ACCOUNTS.durable,
  publish: consumersOf(subscriber)
    .filter((plan) => plan.subjects.length > 0)
    .flatMap(({ name }) => [
      apiSubjects.next(EVENT_STREAM, name),
      apiSubjects.info(EVENT_STREAM, name),
      apiSubjects.acks(EVENT_STREAM, name),
    ]),
  subscribe: [`${inboxPrefixOf(subscriber)}.>`],
});
