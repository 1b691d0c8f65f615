import type { EndpointId } from '#shared/api/contract/endpoints.ts';
import { ACCOUNT_EXAMPLES } from './accounts.ts';
import { ANSWER_EXAMPLES } from './answers.ts';
import { BATCH_EXAMPLES } from './batches.ts';
import { CANCEL_EXAMPLES } from './cancel.ts';
import type { EndpointExample } from './example.ts';
import { FLOW_EXAMPLES } from './flows.ts';
import { FORK_EXAMPLES } from './forks.ts';
import { INVITATION_EXAMPLES } from './invitations.ts';
import { LIVE_EXAMPLES } from './live.ts';
import { PAUSE_EXAMPLES } from './pauses.ts';
import { PROFILE_EXAMPLES } from './profiles.ts';
import { RUN_EXAMPLES } from './runs.ts';
import { SCHEDULE_EXAMPLES } from './schedules.ts';
import { SECRET_EXAMPLES } from './secrets.ts';
import { SERVICE_EXAMPLES } from './service.ts';
import { WEBHOOK_EXAMPLES } from './webhooks.ts';

/** At least one example for every endpoint that has a successful answer. */
export const EXAMPLES: Partial<Record<EndpointId, readonly EndpointExample[]>> = {
  ...RUN_EXAMPLES,
  ...LIVE_EXAMPLES,
  ...FLOW_EXAMPLES,
  ...FORK_EXAMPLES,
  ...ANSWER_EXAMPLES,
  ...PAUSE_EXAMPLES,
  ...CANCEL_EXAMPLES,
  ...ACCOUNT_EXAMPLES,
  ...INVITATION_EXAMPLES,
  ...WEBHOOK_EXAMPLES,
  ...SECRET_EXAMPLES,
  ...PROFILE_EXAMPLES,
  ...SCHEDULE_EXAMPLES,
  ...BATCH_EXAMPLES,
  ...SERVICE_EXAMPLES,
};
