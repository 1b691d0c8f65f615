import { englishComparison } from '#shared/domain/words/en-comparison.ts';
import { englishAccountDialogs } from '../account/dialogs-en.ts';
import { englishBatches } from '../batches/en.ts';
import { englishFlows } from '../flows/en.ts';
import { englishKeys } from '../kit/keys/en.ts';
import { englishNewRun } from '../new-run/en.ts';
import { englishProfiles } from '../profiles/en.ts';
import { englishAnswer } from '../run/answer/en.ts';
import { englishStates } from '../run/chart/en.ts';
import { englishCompare } from '../run/compare/en.ts';
import { englishFork } from '../run/fork/en.ts';
import { englishLive } from '../run/live/en.ts';
import { englishPause } from '../run/pause/en.ts';
import { englishResults } from '../run/results/en.ts';
import { englishInvitations } from '../runs/invitations/en.ts';
import { englishCancelRuns } from '../runs/selection/cancel-en.ts';
import { englishSchedules } from '../schedules/en.ts';
import { englishSystem } from '../system/en.ts';
import { englishVault } from '../vault/en.ts';
import { englishWebhooks } from '../webhooks/en.ts';

/** The texts of what comes on demand. */
export const englishParts = {
  accountDialogs: englishAccountDialogs,
  answer: englishAnswer,
  batches: englishBatches,
  pause: englishPause,
  cancelRuns: englishCancelRuns,
  compare: englishCompare,
  comparison: englishComparison,
  flows: englishFlows,
  invitations: englishInvitations,
  keys: englishKeys,
  newRun: englishNewRun.newRun,
  profiles: englishProfiles,
  fork: englishFork,
  results: englishResults.results,
  schedules: englishSchedules,
  states: englishStates,
  live: englishLive,
  system: englishSystem,
  vault: englishVault,
  webhooks: englishWebhooks.webhooks,
};
export type PartTexts = typeof englishParts;
