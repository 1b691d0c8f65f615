import { createHash } from 'node:crypto';
import { DURABLE_USER, LIVE_USER } from '../accounts.ts';
import { subjects } from '../subjects.ts';
import type { ConsumerPlan, Subscriber } from './access.ts';

/**
 * The projects that a connection covers besides the user's own runs; `all`: every project that the user is a member
 * of.
 */
export type Choice = 'all' | readonly string[];

/** What a subscriber requests by the user name of its sign-in. */
export interface SubscriptionRequest {
  durable: boolean;
  projects: Choice;
}

/**
 * The most projects that one connection may cover. Each is a subject that NATS compares with the others and with
 * every event: this bounds the cost of a sign-in, however many projects there are (I13).
 */
export const MAX_PROJECTS = 64;

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NONE = 'none';

/**
 * `none`, or up to 64 ids separated by commas; undefined for anything else. Sorted, so that connections naming the
 * same projects share a consumer.
 */
export function parseProjects(text: string): readonly string[] | undefined {
  if (text === NONE) return [];
  const ids = [...new Set(text.split(','))].sort();
  return ids.length <= MAX_PROJECTS && ids.every((id) => ID.test(id)) ? ids : undefined;
}

/** `durable`, `durable:none`, `durable:<projectId>,…`; the same with `live`. Any other name counts as `live`. */
export function subscriptionRequestOf(user: string | undefined): SubscriptionRequest | undefined {
  const [, kind, list] = /^([^:]*)(?::(.*))?$/s.exec(user ?? '') ?? [];
  const durable = kind === DURABLE_USER;
  if (list === undefined || !(durable || kind === LIVE_USER)) return { durable, projects: 'all' };
  const projects = parseProjects(list);
  return projects && { durable, projects };
}

/** The user name for a request. */
export const userOf = ({ durable, projects }: SubscriptionRequest): string => {
  const kind = durable ? DURABLE_USER : LIVE_USER;
  return projects === 'all' ? kind : `${kind}:${projects.join(',') || NONE}`;
};

/** Whether there are more projects than one connection may cover. */
export const isTooWide = ({ projectIds }: Subscriber): boolean => projectIds.length > MAX_PROJECTS;

/**
 * One consumer for the user's runs, and one for the projects if any were requested: the subjects of one consumer must
 * not overlap. Each set of named projects has its own, which keeps its name when the user is no longer a member.
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
