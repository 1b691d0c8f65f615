import type { SCHEDULE_ENDPOINTS } from '#shared/api/contract/schedules/endpoints.ts';
import { ANY, type EndpointExample, SAMPLE } from './example.ts';

const { project, schedule: name, checkFlow, email } = SAMPLE;

const passed = {
  nominalAt: ANY.time,
  kind: 'cron',
  status: 'started',
  runId: ANY.id,
  startedAt: ANY.time,
  outcome: 'pass',
};
const leftOut = { nominalAt: ANY.time, kind: 'cron', status: 'skipped_overlap' };

const settings = {
  cron: '30 2 * * *',
  timezone: 'Europe/Berlin',
  dst: 'after_gap',
  flow: { name: checkFlow },
  start: { labels: ['nightly'] },
  overlap: 'skip',
  catchUp: { mode: 'last', withinMs: 3_600_000 },
  windowMs: 0,
  description: '',
};
const shown = {
  name,
  version: 1,
  ...settings,
  offsetMs: 0,
  next: [ANY.time],
  last: [leftOut, passed],
  failures: 0,
  by: email,
  createdAt: ANY.time,
  updatedAt: ANY.time,
};
const onSchedule = { id: project, name };

export const SCHEDULE_EXAMPLES: Record<keyof typeof SCHEDULE_ENDPOINTS, readonly EndpointExample[]> = {
  listSchedules: [
    {
      summary: 'List the schedules of a project',
      given: ['schedule'],
      params: { id: project },
      status: 200,
      reply: [shown],
    },
  ],
  putSchedule: [
    {
      summary: 'Start a flow each night, in the time of Berlin',
      params: { id: project, name: 'each-night' },
      body: {
        cron: settings.cron,
        timezone: settings.timezone,
        flow: settings.flow,
        start: settings.start,
      },
      status: 200,
      reply: { ...shown, name: 'each-night', last: [] },
    },
    {
      summary: 'Check a site often: make up for nothing, and stop after three failures',
      params: { id: project, name: 'often' },
      body: {
        cron: '*/5 8-18 * * 1-5',
        flow: { name: checkFlow, version: 1 },
        overlap: 'cancel_previous',
        catchUp: { mode: 'none' },
        windowMs: 60_000,
        pauseAfterFailures: 3,
        description: 'In working hours',
      },
      status: 200,
      reply: {
        ...shown,
        name: 'often',
        cron: '*/5 8-18 * * 1-5',
        timezone: 'UTC',
        flow: { name: checkFlow, version: 1 },
        start: {},
        overlap: 'cancel_previous',
        catchUp: { mode: 'none', withinMs: 3_600_000 },
        windowMs: 60_000,
        offsetMs: 21_874,
        pauseAfterFailures: 3,
        description: 'In working hours',
        last: [],
      },
    },
  ],
  readSchedule: [{ summary: 'Read a schedule', params: onSchedule, status: 200, reply: shown }],
  deleteSchedule: [{ summary: 'Delete a schedule', params: onSchedule, status: 200, reply: { ok: true } }],
  pauseSchedule: [
    {
      summary: 'Pause a schedule while the site is rebuilt',
      params: onSchedule,
      body: { reason: 'the shop is rebuilt' },
      status: 200,
      reply: {
        ...shown,
        paused: { at: ANY.time, why: 'user', reason: 'the shop is rebuilt', by: email },
      },
    },
  ],
  resumeSchedule: [{ summary: 'Let a schedule go on', params: onSchedule, status: 200, reply: shown }],
  triggerSchedule: [
    {
      summary: 'Start a run of it now',
      params: onSchedule,
      status: 202,
      reply: { ok: true, id: ANY.id, status: 'running' },
    },
  ],
  backfillSchedule: [
    {
      summary: 'Say what would be started for two days of May',
      params: onSchedule,
      body: { from: '2026-05-01T00:00:00Z', to: '2026-05-03T00:00:00Z', dryRun: true },
      status: 200,
      reply: { times: ['2026-05-01T00:30:00.000Z', '2026-05-02T00:30:00.000Z'], before: [] },
    },
  ],
  listOccurrences: [
    {
      summary: 'List the occurrences of a schedule',
      params: onSchedule,
      status: 200,
      reply: [leftOut, passed],
    },
    {
      summary: 'List those that were left out as an earlier run had not ended',
      params: onSchedule,
      query: { status: 'skipped_overlap' },
      status: 200,
      reply: [leftOut],
    },
  ],
  previewSchedule: [
    {
      summary: 'Say when a pattern is due around the night in which the clocks go forward',
      body: {
        cron: '30 2 * * *',
        timezone: 'Europe/Berlin',
        dst: 'skip',
        from: '2027-03-27T00:00:00Z',
        count: 3,
      },
      status: 200,
      reply: {
        times: [
          { at: '2027-03-27T01:30:00.000Z', wall: '2027-03-27T02:30', status: 'due' },
          { at: '2027-03-28T01:00:00.000Z', wall: '2027-03-28T02:30', status: 'dst_gap' },
          { at: '2027-03-29T00:30:00.000Z', wall: '2027-03-29T02:30', status: 'due' },
        ],
      },
    },
  ],
};
