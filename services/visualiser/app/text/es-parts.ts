import { spanishComparison } from '#shared/domain/words/es-comparison.ts';
import { spanishFlows } from '../flows/es.ts';
import { spanishAnswer } from '../run/answer/es.ts';
import { spanishCompare } from '../run/compare/es.ts';
import { spanishLive } from '../run/live/es.ts';
import { spanishSystem } from '../system/es.ts';
import { spanishVault } from '../vault/es.ts';
import { spanishWebhooks } from '../webhooks/es.ts';
import type { PartTexts } from './en-parts.ts';

export const spanishParts: PartTexts = {
  answer: spanishAnswer,
  compare: spanishCompare,
  comparison: spanishComparison,
  flows: spanishFlows,
  live: spanishLive,
  system: spanishSystem,
  vault: spanishVault,
  webhooks: spanishWebhooks.webhooks,
};
