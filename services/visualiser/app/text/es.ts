import { spanishWords as words } from '#shared/domain/words/es.ts';
import { spanishComparison } from '#shared/domain/words/es-comparison.ts';
import { spanishAccount } from '../account/es.ts';
import { spanishFlows } from '../flows/es.ts';
import { spanishFrame } from '../frame/es.ts';
import { spanishNewRun } from '../new-run/es.ts';
import { spanishCompare } from '../run/compare/es.ts';
import { spanishRun } from '../run/es.ts';
import { spanishFlow } from '../run/flow/es.ts';
import { spanishResults } from '../run/results/es.ts';
import { spanishStop } from '../run/stop/es.ts';
import { spanishRuns } from '../runs/es.ts';
import { spanishSelection } from '../runs/selection/es.ts';
import { spanishSignIn } from '../sign-in/es.ts';
import { spanishSystem } from '../system/es.ts';
import { spanishVault } from '../vault/es.ts';
import { spanishWebhooks } from '../webhooks/es.ts';
import type { Texts } from './en.ts';

export const es: Texts = {
  ...spanishAccount,
  ...spanishFlow,
  ...spanishFrame,
  ...spanishNewRun,
  ...spanishResults,
  ...spanishRuns,
  ...spanishRun,
  ...spanishSelection,
  ...spanishSignIn,
  ...spanishStop,
  words,
};

/** The texts of what comes on demand: in English they come with it. */
export const ofParts = {
  compare: spanishCompare,
  comparison: spanishComparison,
  flows: spanishFlows,
  system: spanishSystem,
  vault: spanishVault,
  webhooks: spanishWebhooks.webhooks,
};
