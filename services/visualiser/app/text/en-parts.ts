import { englishComparison } from '#shared/domain/words/en-comparison.ts';
import { englishFlows } from '../flows/en.ts';
import { englishAnswer } from '../run/answer/en.ts';
import { englishCompare } from '../run/compare/en.ts';
import { englishLive } from '../run/live/en.ts';
import { englishSystem } from '../system/en.ts';
import { englishVault } from '../vault/en.ts';
import { englishWebhooks } from '../webhooks/en.ts';

/** The texts of what comes on demand. */
export const englishParts = {
  answer: englishAnswer,
  compare: englishCompare,
  comparison: englishComparison,
  flows: englishFlows,
  live: englishLive,
  system: englishSystem,
  vault: englishVault,
  webhooks: englishWebhooks.webhooks,
};
export type PartTexts = typeof englishParts;
