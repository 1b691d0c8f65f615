import type { StepDescriber } from '#shared/domain/events/between.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { RunBrowser } from '../browser/run-browser.ts';
import { type BrowserHold, holdBrowser } from './browser-hold.ts';
import { type DescribedSteps, describerOf, describeSteps } from './describe-steps.ts';

/** The browser side of a flow, and how its steps look in events, which is known before the first of them begins. */
export function holdFlow(
  flow: Flow,
  now: () => number,
  openBrowser: (abandoned: AbortSignal) => Promise<RunBrowser>,
): { hold: BrowserHold; describe: StepDescriber } {
  let described: DescribedSteps | undefined;
  const hold = holdBrowser({
    async openBrowser(abandoned) {
      described ??= await describeSteps(flow);
      return openBrowser(abandoned);
    },
    isAtomic: (index) => flow.steps[index]?.atomic === true,
    isOptional: (index) => flow.steps[index]?.optional === true,
    now,
  });
  return { hold, describe: describerOf(hold, () => described) };
}
