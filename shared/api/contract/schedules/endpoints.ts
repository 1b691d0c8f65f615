import { z } from 'zod';
import { doneSchema, idParams } from '../accounts/accounts.ts';
import type { Endpoint } from '../endpoint.ts';
import { STARTING } from '../runs/endpoints.ts';
import { startHeaders, startReply } from '../runs/start.ts';
import * as schedule from './schedules.ts';

/** Schedules are for all who see the project, and are changed by those who may start runs in it. */
const READ = { access: 'runs:read', onProject: true } as const;
const WRITE = { access: 'flows:write', andAccess: 'runs:write', onProject: true } as const;
const ON_SCHEDULE = { params: schedule.scheduleParams } as const;

/** Named flows that are started at times. */
export const SCHEDULE_ENDPOINTS = {
  listSchedules: {
    summary: 'List the schedules of a project by name, in pages; `Link` has the next page',
    method: 'GET',
    path: '/v1/projects/:id/schedules',
    ...READ,
    params: idParams,
    query: schedule.listSchedulesQuery,
    replies: { 200: z.array(schedule.scheduleSchema) },
    sends: ['Link'],
  },
  putSchedule: {
    summary: 'Make a schedule, or give one other settings',
    description:
      'The whole of it is given each time. Its runs are started for who gave it, with the rights that this user has then, and no more than the key that it was given with. A flow that would be started with a secret in clear is refused, with the step that types it.',
    method: 'PUT',
    path: '/v1/projects/:id/schedules/:name',
    ...WRITE,
    ...ON_SCHEDULE,
    headers: schedule.putScheduleHeaders,
    body: schedule.scheduleBody,
    replies: { 200: schedule.scheduleSchema },
    sends: ['ETag'],
    errors: ['version_mismatch', 'too_many_schedules'],
  },
  readSchedule: {
    summary: 'Read a schedule, with its next times and its last occurrences',
    method: 'GET',
    path: '/v1/projects/:id/schedules/:name',
    ...READ,
    ...ON_SCHEDULE,
    replies: { 200: schedule.scheduleSchema },
    sends: ['ETag'],
  },
  deleteSchedule: {
    summary: 'Delete a schedule; its runs go on',
    method: 'DELETE',
    path: '/v1/projects/:id/schedules/:name',
    ...WRITE,
    ...ON_SCHEDULE,
    replies: { 200: doneSchema },
  },
  pauseSchedule: {
    summary: 'Pause a schedule; its times are noted as left out',
    method: 'POST',
    path: '/v1/projects/:id/schedules/:name/pause',
    ...WRITE,
    ...ON_SCHEDULE,
    body: schedule.pauseScheduleBody,
    replies: { 200: schedule.scheduleSchema },
  },
  resumeSchedule: {
    summary: 'Let a paused schedule go on; what it has left out is not made up for',
    method: 'POST',
    path: '/v1/projects/:id/schedules/:name/resume',
    ...WRITE,
    ...ON_SCHEDULE,
    replies: { 200: schedule.scheduleSchema },
  },
  triggerSchedule: {
    summary: 'Start a run of a schedule now, for the caller, whatever goes on and also while it is paused',
    method: 'POST',
    path: '/v1/projects/:id/schedules/:name/trigger',
    ...WRITE,
    ...ON_SCHEDULE,
    headers: startHeaders,
    replies: { 202: startReply },
    sends: ['Idempotent-Replayed'],
    errors: STARTING,
  },
  backfillSchedule: {
    summary: 'Start what a schedule would have started in a time that is past, up to 1,000 runs',
    method: 'POST',
    path: '/v1/projects/:id/schedules/:name/backfill',
    ...WRITE,
    ...ON_SCHEDULE,
    body: schedule.backfillBody,
    replies: { 200: schedule.backfillReply },
  },
  listOccurrences: {
    summary: 'List the occurrences of a schedule, newest first, in pages; `Link` has the next page',
    method: 'GET',
    path: '/v1/projects/:id/schedules/:name/occurrences',
    ...READ,
    ...ON_SCHEDULE,
    query: schedule.occurrencesQuery,
    replies: { 200: z.array(schedule.occurrenceSchema) },
    sends: ['Link'],
  },
  previewSchedule: {
    summary: 'Say when a pattern is due',
    method: 'POST',
    path: '/v1/schedules/preview',
    access: 'account',
    body: schedule.previewBody,
    replies: { 200: schedule.previewReply },
  },
} as const satisfies Record<string, Endpoint>;
