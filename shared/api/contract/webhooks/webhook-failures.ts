import { z } from 'zod';

/** Why an attempt to deliver to a webhook failed: stable codes, each said in words in both languages. */
const WEBHOOK_FAILURES = [
  ...(['answered', 'redirected', 'asked_to_wait', 'no_answer', 'answer_cut_off', 'not_http'] as const),
  ...(['not_allowed', 'name_not_allowed', 'name_unknown', 'name_not_looked_up'] as const),
  ...(['connection_refused', 'connection_lost', 'no_connection', 'unreachable'] as const),
  ...(['certificate_expired', 'certificate_not_trusted', 'certificate_of_another', 'no_tls'] as const),
  'other',
] as const;
export type WebhookFailure = (typeof WEBHOOK_FAILURES)[number];

export const webhookFailureSchema = z
  .enum(WEBHOOK_FAILURES)
  .optional()
  // A supervisor of another version may store other codes.
  .catch(undefined)
  .describe('Why it failed, as a stable code: branch on this.');
