import { z } from 'zod';
import * as account from '#shared/contract/accounts.ts';
import * as cancel from '#shared/contract/cancel.ts';
import { errorSchema, validationDetailsSchema } from '#shared/contract/errors.ts';
import { problemSchema } from '#shared/contract/problem.ts';
import * as run from '#shared/contract/runs.ts';
import { streamEntrySchema } from '#shared/contract/stream.ts';
import { systemReply } from '#shared/contract/system.ts';
import { stepSchema } from '#shared/flow/step.ts';

/** The schemas that are told once, under a name of their own; all others stand where they are used. */
const NAMED: Record<string, z.ZodType> = {
  Step: stepSchema,
  Run: run.runSchema,
  RunSummary: run.runSummarySchema,
  RunStarted: run.startReply,
  StepOutcome: run.stepOutcomeSchema,
  Event: run.assistEventSchema,
  RunCancel: run.runCancelSchema,
  StreamEntry: streamEntrySchema,
  CancelReply: cancel.cancelReply,
  CancelDryRun: cancel.dryRunReply,
  CancelReceipt: cancel.receiptSchema,
  CancelJob: cancel.cancelJobSchema,
  System: systemReply,
  Done: account.doneSchema,
  User: account.userSchema,
  Project: account.projectSchema,
  Member: account.memberSchema,
  Invitation: account.invitationSchema,
  ReceivedInvitation: account.receivedInvitationSchema,
  ApiKey: account.apiKeySchema,
  Error: errorSchema,
  Problem: problemSchema,
  ValidationDetails: validationDetailsSchema,
};

export const schemaNames = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(NAMED)) schemaNames.add(schema, { id });
