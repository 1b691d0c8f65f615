import type { WebhookFailure } from '#shared/api/contract/webhooks/webhook-failures.ts';
import { text } from '../text/text.ts';

/** Why an attempt failed, as the API tells it. */
interface ToldFailure {
  /** In English, with details. */
  error?: string | undefined;
  errorCode?: WebhookFailure | undefined;
  status?: number | undefined;
}

/** Why an attempt to deliver to a webhook failed, in the user's language; in English, if there are no words for it. */
export function failureText({ error = '', errorCode, status }: ToldFailure): string {
  const words: Partial<Record<WebhookFailure, string>> = text.value.webhooks.failures;
  const told = errorCode && words[errorCode];
  return told?.replace('{status}', String(status)) ?? error;
}
