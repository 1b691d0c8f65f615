/* That webhooks fail, so that messages about a run wait, in the words of a language. Pure. */
import type { Words } from './en.ts';
import { fill, type Sentence } from './pieces.ts';

/** The form of the API. */
interface FailingWebhooks {
  failing: number;
  waiting: number;
  lastStatus?: number | undefined;
}

export function sayWebhooks(webhooks: FailingWebhooks | undefined, { ends }: Words): Sentence[] {
  if (!webhooks) return [];
  const { failing, waiting, lastStatus } = webhooks;
  const answered = lastStatus === undefined ? '' : fill(ends.webhookAnswered, { status: String(lastStatus) });
  const sentence = fill(ends.webhookFails(failing, waiting), { answered });
  return sentence ? [sentence] : [];
}
