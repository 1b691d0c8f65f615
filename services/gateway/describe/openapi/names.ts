import { z } from 'zod';
import * as account from '#shared/api/contract/accounts/accounts.ts';
import { batchSchema, batchSummarySchema, batchTestSchema } from '#shared/api/contract/batches/batches.ts';
import * as cancel from '#shared/api/contract/cancel/cancel.ts';
import { errorSchema, validationDetailsSchema } from '#shared/api/contract/errors/error-body.ts';
import * as flow from '#shared/api/contract/flows/flows.ts';
import { profileSchema } from '#shared/api/contract/profiles/profiles.ts';
import { hintSchema } from '#shared/api/contract/runs/hint.ts';
import { runCancelSchema } from '#shared/api/contract/runs/run-cancel.ts';
import * as run from '#shared/api/contract/runs/runs.ts';
import * as start from '#shared/api/contract/runs/start.ts';
import { triggerSchema } from '#shared/api/contract/runs/trigger.ts';
import { waitingForSchema } from '#shared/api/contract/runs/waiting-for.ts';
import { occurrenceSchema, scheduleSchema } from '#shared/api/contract/schedules/schedules.ts';
import { secretSchema, secretUseSchema } from '#shared/api/contract/secrets/secrets.ts';
import { systemReply } from '#shared/api/contract/service/system.ts';
import { deliverySchema } from '#shared/api/contract/webhooks/webhook-deliveries.ts';
import * as webhook from '#shared/api/contract/webhooks/webhooks.ts';
import { streamEntrySchema } from '#shared/domain/events/entries.ts';
import { EVENT_SCHEMAS, EVENT_TYPES, type EventType, eventSchema } from '#shared/domain/events/events.ts';
import { eventStepSchema } from '#shared/domain/events/step-events.ts';
import { stepSchema } from '#shared/domain/flow/step.ts';
import { problemSchema } from '../../http/problem.ts';

/** `step_start` is `StepStartEvent`. */
const nameOf = (type: EventType) =>
  `${type.replace(/(?:^|_)(\w)/g, (_, first: string) => first.toUpperCase())}Event`;

/** `run.started` is `RunStartedMessage`. */
const messageNameOf = (type: string) =>
  `${type.replace(/(?:^|\.)(\w)/g, (_, first: string) => first.toUpperCase())}Message`;

/** The schemas that have a name of their own; all others stand where they are used. */
const NAMED: Record<string, z.ZodType> = {
  Step: stepSchema,
  Run: run.runSchema,
  RunSummary: run.runSummarySchema,
  RunStarted: start.startReply,
  StepOutcome: run.stepOutcomeSchema,
  Event: eventSchema,
  EventStep: eventStepSchema,
  ...Object.fromEntries(EVENT_TYPES.map((type) => [nameOf(type), EVENT_SCHEMAS[type]])),
  NamedFlow: flow.namedFlowSchema,
  FlowVersion: flow.flowVersionSchema,
  SavedFlow: flow.savedFlowReply,
  Schedule: scheduleSchema,
  Batch: batchSchema,
  BatchSummary: batchSummarySchema,
  BatchTest: batchTestSchema,
  Occurrence: occurrenceSchema,
  Trigger: triggerSchema,
  RunCancel: runCancelSchema,
  StreamEntry: streamEntrySchema,
  Hint: hintSchema,
  WaitingFor: waitingForSchema,
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
  Secret: secretSchema,
  SecretUse: secretUseSchema,
  Profile: profileSchema,
  Webhook: webhook.webhookSchema,
  WebhookDelivery: deliverySchema,
  WebhookRun: webhook.webhookRunSchema,
  ...Object.fromEntries(
    Object.entries(webhook.WEBHOOK_MESSAGES).map(([type, schema]) => [messageNameOf(type), schema]),
  ),
  Error: errorSchema,
  Problem: problemSchema,
  ValidationDetails: validationDetailsSchema,
};

export const schemaNames = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(NAMED)) schemaNames.add(schema, { id });
