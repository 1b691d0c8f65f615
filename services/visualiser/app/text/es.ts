import { spanishWords as words } from '#shared/domain/words/es.ts';
import { spanishAccount } from '../account/es.ts';
import { spanishFrame } from '../frame/es.ts';
import { spanishRun } from '../run/es.ts';
import { spanishFlow } from '../run/flow/es.ts';
import { spanishStop } from '../run/stop/es.ts';
import { spanishRuns } from '../runs/es.ts';
import { spanishSelection } from '../runs/selection/es.ts';
import { spanishSignIn } from '../sign-in/es.ts';
import type { Texts } from './en.ts';

export const es: Texts = {
  ...spanishAccount,
  ...spanishFlow,
  ...spanishFrame,
  ...spanishRuns,
  ...spanishRun,
  ...spanishSelection,
  ...spanishSignIn,
  ...spanishStop,
  words,
};
