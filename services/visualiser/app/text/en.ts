import { englishWords as words } from '#shared/words/en.ts';
import { account } from './en/account.ts';
import { flow } from './en/flow.ts';
import { frame } from './en/frame.ts';
import { invitations } from './en/invitations.ts';
import { list } from './en/list.ts';
import { outages } from './en/outages.ts';
import { run } from './en/run.ts';
import { runs } from './en/runs.ts';
import { selection } from './en/selection.ts';
import { stop } from './en/stop.ts';
import { system } from './en/system.ts';
import { webhooks } from './en/webhooks.ts';

/** Every text of the application. Words of the machine (states, events, verbs) stay as they are in all languages. */
export const en = {
  ...account,
  ...flow,
  ...frame,
  ...invitations,
  ...list,
  ...outages,
  ...runs,
  ...run,
  ...selection,
  ...stop,
  ...system,
  ...webhooks,
  words,
};
export type Texts = typeof en;
