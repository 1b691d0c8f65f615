import { englishWords as words } from '#shared/domain/words/en.ts';
import { account } from '../account/en.ts';
import { frame } from '../frame/en.ts';
import { newRun } from '../new-run/en.ts';
import { run } from '../run/en.ts';
import { flow } from '../run/flow/en.ts';
import { stop } from '../run/stop/en.ts';
import { runs } from '../runs/en.ts';
import { selection } from '../runs/selection/en.ts';
import { signIn } from '../sign-in/en.ts';
import { system } from '../system/en.ts';
import { webhooks } from '../webhooks/en.ts';

/** Every text of the application. Words of the machine (states, events, verbs) stay as they are in all languages. */
export const en = {
  ...account,
  ...flow,
  ...frame,
  ...newRun,
  ...runs,
  ...run,
  ...selection,
  ...signIn,
  ...stop,
  ...system,
  ...webhooks,
  words,
};
export type Texts = typeof en;
