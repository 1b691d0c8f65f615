import { englishWords as words } from '#shared/domain/words/en.ts';
import { englishAccount } from '../account/en.ts';
import { englishFrame } from '../frame/en.ts';
import { englishRun } from '../run/en.ts';
import { englishFlow } from '../run/flow/en.ts';
import { englishStop } from '../run/stop/en.ts';
import { englishRuns } from '../runs/en.ts';
import { englishSelection } from '../runs/selection/en.ts';
import { englishSignIn } from '../sign-in/en.ts';

/** Every text of the application. Words of the machine (states, events, verbs) stay as they are in all languages. */
export const en = {
  ...englishAccount,
  ...englishFlow,
  ...englishFrame,
  ...englishRuns,
  ...englishRun,
  ...englishSelection,
  ...englishSignIn,
  ...englishStop,
  words,
};
export type Texts = typeof en;
