import { createHash } from 'node:crypto';
import { DURABLE_USER, LIVE_USER } from '../accounts.ts';
import { subjects } from '../subjects.ts';
import type { ConsumerPlan, Subscriber } from './access.ts';

/** The projects, besides the user's own runs, that a connection is about; `all` of which the user is a member. */
export type Choice = 'all' | readonly string[];

/** What a subscriber asks for by the user name of its sign-in. */
export interface SubscriptionRequest {
  durable: boolean;
  projects: Choice;
}

/**
 * As many projects as one connection may be about. Each is a subject that NATS compares with the others and with every
 * event: the cost of a member's sign-in is bounded by this and not by how many projects there are (I13).
 */
export const MAX_PROJECTS = 64;

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NONE = 'none';

/**
 * `none`, or up to 64 ids with commas between them; undefined for anything else. In a fixed order, so that whoever names the same
 * projects shares a consumer.
 */
export function parseProjects(text: string): readonly string[] | undefined {
  if (text === NONE) return [];
  const ids = [...new Set(text.split(','))].sort();
  return ids.length <= MAX_PROJECTS && ids.every((id) => ID.test(id)) ? ids : undefined;
}

/** `durable`, `durable:none`, `durable:<projectId>,…`; the same with `live`, which any other name is taken for. */
export function subscriptionRequestOf(user: string | undefined): SubscriptionRequest | undefined {
  const [, kind, list] = /^([^:]*)(?::(.*))?$/s.exec(user ?? '') ?? [];
  const durable = kind === DURABLE_USER;
  if (list === undefined || !(durable || kind === LIVE_USER)) return { durable, projects: 'all' };
  const projects = parseProjects(list);
  return projects && { durable, projects };
}

/** The user name that says so. */
export const userOf = ({ durable, projects }: SubscriptionRequest): string => {
  const kind = durable ? DURABLE_USER : LIVE_USER;
  return projects === 'all' ? kind : `${kind}:${projects.join(',') || NONE}`;
};

/** Whether these are more projects than a connection may be about. */
export const isTooWide = ({ projectIds }: Subscriber): boolean => projectIds.length > MAX_PROJECTS;

/**
 * The consumer of the user's runs, and that of the projects if any were chosen: the subjects of one consumer must not
 * overlap. Each set of named projects has its own, which keeps its name when the user is no member of them any more.
 */
export function consumersOf(subscriber: Subscriber, projects: Choice): ConsumerPlan[] {
  const { userId, projectIds, handle } = subscriber;
  const own = { name: `feed_own_${handle}`, subjects: [subjects.eventsOfUser(userId)] };
  if (projects !== 'all' && projects.length === 0) return [own];
  const name = `feed_projects_${handle}${projects === 'all' ? '' : `_${hashOf(projects)}`}`;
  return [own, { name, subjects: projectIds.map(subjects.eventsOfProject) }];
}

const hashOf = (ids: readonly string[]): string =>
  createHash('sha256').update(ids.join()).digest('hex').slice(0, 16);
