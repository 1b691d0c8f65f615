import type { RunsToList } from '#shared/adapters/database/run-views/list-statement.ts';
import { COMMON_CONTEXT, COMMON_FLOW, type ManyRuns, RARE_CONTEXT } from './many-runs.ts';

const HALF_A_YEAR_MS = 183 * 86_400_000;
const halfAYearAgo = (): Date => new Date(Date.now() - HALF_A_YEAR_MS);
const deep = ({ viewer }: ManyRuns) => ({
  before: { micros: String(halfAYearAgo().getTime() * 1_000), id: viewer.userId },
});

const RARE = { contextId: RARE_CONTEXT };
const COMMON = { contextId: COMMON_CONTEXT };
const FLOW = { flowName: COMMON_FLOW };
const FAILED = { status: 'fail' } as const;
const LOST = { outcome: 'lost' } as const;

type Filters = Partial<RunsToList>;
const admin =
  (filters: (many: ManyRuns) => Filters) =>
  (many: ManyRuns): RunsToList => ({
    viewerId: many.stranger.userId,
    everybody: true,
    limit: 100,
    ...filters(many),
  });
const member =
  (filters: (many: ManyRuns) => Filters) =>
  (many: ManyRuns): RunsToList => ({
    viewerId: many.viewer.userId,
    everybody: false,
    limit: 100,
    ...filters(many),
  });

/** Every kind of list over `fillWithRuns`: what it is called, and how it is asked for. */
export const KINDS_OF_LISTS: [string, (many: ManyRuns) => RunsToList][] = [
  ['everything', admin(() => ({}))],
  ['everything, a page of 1000', admin(() => ({ limit: 1_000 }))],
  ['everything, a page in the middle', admin(deep)],
  ['everything since half a year', admin(() => ({ since: halfAYearAgo().toISOString() }))],
  ['everything, a usual status', admin(() => ({ status: 'pass' }))],
  ['everything, a rare status', admin(() => FAILED)],
  ['everything, a status of no run', admin(() => ({ status: 'cancelling' }))],
  ['everything that was lost', admin(() => LOST)],
  ['everything that passed', admin(() => ({ outcome: 'pass' }))],
  ['everything that was lost, of a usual context', admin(() => ({ ...COMMON, ...LOST }))],
  ['everything in a project that was lost', admin(({ shared }) => ({ projectId: shared, ...LOST }))],
  ['everything, a usual context', admin(() => COMMON)],
  ['everything, a rare context', admin(() => RARE)],
  ['everything, a rare status of a usual context', admin(() => ({ ...COMMON, ...FAILED }))],
  ['everything in a project', admin(({ shared }) => ({ projectId: shared }))],
  [
    'everything in a project, all filters, in the middle',
    admin((many) => ({ ...deep(many), ...COMMON, projectId: many.shared, status: 'pass' })),
  ],
  ['everything of a named flow', admin(({ shared }) => ({ projectId: shared, ...FLOW }))],
  ['a member, a named flow', member(({ shared }) => ({ projectId: shared, ...FLOW }))],
  [
    'a member, a named flow, what was lost',
    member(({ shared }) => ({ projectId: shared, ...FLOW, ...LOST })),
  ],
  ['a member, a named flow in a project it has left', member(({ left }) => ({ projectId: left, ...FLOW }))],
  ['a member', member(() => ({}))],
  ['a member, a page in the middle', member(deep)],
  ['a member since half a year', member(() => ({ since: halfAYearAgo().toISOString() }))],
  ['a member, a rare status', member(() => FAILED)],
  ['a member, what was lost', member(() => LOST)],
  ['a member, what was lost, of a usual context', member(() => ({ ...COMMON, ...LOST }))],
  ['a member, a rare context', member(() => RARE)],
  ['a member, a rare status of a usual context', member(() => ({ ...COMMON, ...FAILED }))],
  ['a member in its project', member(({ viewer }) => ({ projectId: viewer.projectId }))],
  ["a member in another's project", member(({ shared }) => ({ projectId: shared }))],
  [
    "a member in another's project, a rare status",
    member(({ shared }) => ({ projectId: shared, ...FAILED })),
  ],
  ['a member in a project it has left', member(({ left }) => ({ projectId: left }))],
  [
    'a member in a project it has left, a usual context',
    member(({ left }) => ({ projectId: left, ...COMMON })),
  ],
  ['everything before half a year', admin(() => ({ until: halfAYearAgo().toISOString() }))],
  ['everything that goes on, the longest first', admin(() => ({ longest: true }))],
  ['a member, what goes on, the longest first', member(() => ({ longest: true }))],
  ['everything that a user started', admin(({ viewer }) => ({ startedBy: viewer.userId }))],
  ['a member, what it started', member(({ viewer }) => ({ startedBy: viewer.userId }))],
  [
    'a member, what it started and failed',
    member(({ viewer }) => ({ startedBy: viewer.userId, outcome: 'fail' })),
  ],
  ['a member, what another started', member(({ stranger }) => ({ startedBy: stranger.userId }))],
  ['everything that a user stopped', admin(({ viewer }) => ({ stoppedBy: viewer.userId }))],
  ['a member, what it stopped', member(({ viewer }) => ({ stoppedBy: viewer.userId }))],
  ['everything that needs attention', admin(() => ({ attention: true }))],
  ['a member, what needs attention', member(() => ({ attention: true }))],
  [
    'a member, what needs attention in a project',
    member(({ shared }) => ({ attention: true, projectId: shared })),
  ],
  ["a member in a stranger's project", member(({ stranger }) => ({ projectId: stranger.projectId }))],
];
