import { z } from 'zod';
import * as account from '../accounts/accounts.ts';
import type { Endpoint } from '../endpoint.ts';
import { runParams } from '../runs/endpoints.ts';
import * as cancel from './cancel.ts';

/** Cancelling runs, and the outcome. */
export const CANCEL_ENDPOINTS = {
  cancelRun: {
    summary: 'Cancel a run; with `dryRun`, only report what that would do',
    method: 'POST',
    path: '/v1/runs/:id/cancel',
    access: 'runs:cancel',
    refusal: 'nothing',
    ...runParams,
    query: cancel.cancelQuery,
    body: cancel.cancelBody,
    replies: { 200: z.union([cancel.cancelReply, cancel.dryRunReply]) },
    errors: ['run_final'],
  },
  readCancel: {
    summary: 'Read the receipt of a cancel: who requested it, its progress, how long each hop took',
    method: 'GET',
    path: '/v1/runs/:id/cancel',
    access: 'runs:read',
    ...runParams,
    replies: { 200: cancel.receiptSchema },
    errors: ['not_cancelled'],
  },
  cancelRuns: {
    summary: 'Cancel many runs, by ids or by a filter',
    method: 'POST',
    path: '/v1/runs/cancel',
    access: 'runs:cancel',
    body: cancel.cancelManyBody,
    replies: { 202: cancel.cancelJobSchema },
  },
  listCancelJobs: {
    summary: "List bulk cancels, newest first: the caller's own, or all for an admin",
    method: 'GET',
    path: '/v1/cancel-jobs',
    access: 'runs:read',
    replies: { 200: z.array(cancel.cancelJobSchema) },
  },
  readCancelJob: {
    summary: 'Read the progress of a bulk cancel',
    method: 'GET',
    path: '/v1/cancel-jobs/:id',
    access: 'runs:read',
    params: account.idParams,
    replies: { 200: cancel.cancelJobSchema },
  },
} as const satisfies Record<string, Endpoint>;
