import { spanishWords as words } from '#shared/words/es.ts';
import type { Texts } from './en.ts';
import { account } from './es/account.ts';
import { flow } from './es/flow.ts';
import { frame } from './es/frame.ts';
import { invitations } from './es/invitations.ts';
import { list } from './es/list.ts';
import { outages } from './es/outages.ts';
import { run } from './es/run.ts';
import { runs } from './es/runs.ts';
import { selection } from './es/selection.ts';
import { stop } from './es/stop.ts';
import { system } from './es/system.ts';
import { webhooks } from './es/webhooks.ts';

export const es: Texts = {
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
