import { spanishWords as words } from '#shared/domain/words/es.ts';
import { account } from '../account/es.ts';
import { frame } from '../frame/es.ts';
import { newRun } from '../new-run/es.ts';
import { run } from '../run/es.ts';
import { flow } from '../run/flow/es.ts';
import { stop } from '../run/stop/es.ts';
import { runs } from '../runs/es.ts';
import { selection } from '../runs/selection/es.ts';
import { signIn } from '../sign-in/es.ts';
import { system } from '../system/es.ts';
import { webhooks } from '../webhooks/es.ts';
import type { Texts } from './en.ts';

export const es: Texts = {
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
