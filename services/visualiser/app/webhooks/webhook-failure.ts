import type { WebhookFailure } from '#shared/api/contract/webhooks/webhook-failures.ts';
import { webhookWords } from './words.ts';

/** Why an attempt failed, as the API reports it. */
interface ReportedFailure {
  /** The reason in English, with details. */
  error?: string | undefined;
  errorCode?: WebhookFailure | undefined;
  status?: number | undefined;
}

/** Why an attempt to deliver to a webhook failed, in the user's language; in English, if there are no words for it. */
export function failureText({ error = '', errorCode, status }: ReportedFailure): string {
  const words: Partial<Record<WebhookFailure, string>> = webhookWords.value.failures;
  const template = errorCode && words[errorCode];
  return template?.replace('{status}', String(status)) ?? error;
}
