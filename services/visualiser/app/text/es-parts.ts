import { spanishComparison } from '#shared/domain/words/es-comparison.ts';
import { spanishAccountDialogs } from '../account/dialogs-es.ts';
import { spanishBatches } from '../batches/es.ts';
import { spanishFlows } from '../flows/es.ts';
import { spanishKeys } from '../kit/keys/es.ts';
import { spanishNewRun } from '../new-run/es.ts';
import { spanishProfiles } from '../profiles/es.ts';
import { spanishAnswer } from '../run/answer/es.ts';
import { spanishStates } from '../run/chart/es.ts';
import { spanishCompare } from '../run/compare/es.ts';
import { spanishFork } from '../run/fork/es.ts';
import { spanishLive } from '../run/live/es.ts';
import { spanishPause } from '../run/pause/es.ts';
import { spanishResults } from '../run/results/es.ts';
import { spanishInvitations } from '../runs/invitations/es.ts';
import { spanishCancelRuns } from '../runs/selection/cancel-es.ts';
import { spanishSchedules } from '../schedules/es.ts';
import { spanishSystem } from '../system/es.ts';
import { spanishVault } from '../vault/es.ts';
import { spanishWebhooks } from '../webhooks/es.ts';
import type { PartTexts } from './en-parts.ts';

export const spanishParts: PartTexts = {
  accountDialogs: spanishAccountDialogs,
  answer: spanishAnswer,
  batches: spanishBatches,
  pause: spanishPause,
  cancelRuns: spanishCancelRuns,
  compare: spanishCompare,
  comparison: spanishComparison,
  flows: spanishFlows,
  invitations: spanishInvitations,
  keys: spanishKeys,
  newRun: spanishNewRun.newRun,
  profiles: spanishProfiles,
  fork: spanishFork,
  results: spanishResults.results,
  schedules: spanishSchedules,
  states: spanishStates,
  live: spanishLive,
  system: spanishSystem,
  vault: spanishVault,
  webhooks: spanishWebhooks.webhooks,
};
