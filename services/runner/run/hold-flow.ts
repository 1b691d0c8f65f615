import type { StepDescriber } from '#shared/domain/events/between.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { RunBrowser } from '../browser/run-browser.ts';
import { createRunSecrets, type RunSecrets } from '../browser/vault/run-secrets.ts';
import type { RunVault } from '../browser/vault/run-vault.ts';
import { type BrowserHold, holdBrowser } from './browser-hold.ts';
import { type DescribedSteps, describerOf, describeSteps } from './describe-steps.ts';

export interface FlowToHold {
  flow: Flow;
  /** Epoch ms. */
  now(): number;
  vaultOf(secrets: RunSecrets): RunVault;
  openBrowser(vault: RunVault, abandoned: AbortSignal): Promise<RunBrowser>;
}

/**
 * The browser side of a flow, and how its steps look in events, which is known before the first of them begins; as are the
 * secrets that the run has used before.
 */
export function holdFlow({ flow, now, vaultOf, openBrowser }: FlowToHold): {
  hold: BrowserHold;
  describe: StepDescriber;
} {
  let described: DescribedSteps | undefined;
  const describe = async () => {
    described = await describeSteps(flow, secrets.redact);
  };
  const secrets = createRunSecrets(flow, describe);
  const vault = vaultOf(secrets);
  const hold = holdBrowser({
    async openBrowser(abandoned) {
      if (!described) {
        await vault.recall();
        await describe();
      }
      return openBrowser(vault, abandoned);
    },
    isAtomic: (index) => flow.steps[index]?.atomic === true,
    isOptional: (index) => flow.steps[index]?.optional === true,
    now,
  });
  return { hold, describe: describerOf(hold, { described: () => described, usedSecrets: vault.used }) };
}
