import type { StepDescriber } from '#shared/domain/events/between.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { markedValuesOf, secretsOf } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import type { RunBrowser } from '../browser/run-browser.ts';
import { createRunSecrets, type RunSecrets } from '../browser/vault/run-secrets.ts';
import type { RunVault } from '../browser/vault/run-vault.ts';
import { type BrowserHold, holdBrowser } from './browser-hold.ts';
import { type DescribedSteps, describerOf, describeSteps } from './describe-steps.ts';
import type { RunAnswers } from './person/answers.ts';
import type { RunPauses } from './person/pauses.ts';

export interface FlowToHold {
  flow: Flow;
  /** Epoch ms. */
  now(): number;
  vaultOf(secrets: RunSecrets): RunVault;
  answersOf(secrets: RunSecrets): RunAnswers;
  pauses: RunPauses;
  openBrowser(own: { vault: RunVault; answers: RunAnswers }, abandoned: AbortSignal): Promise<RunBrowser>;
}

/**
 * The browser side of a flow, and how its steps look in events, which is known before the first of them begins; as are the
 * secrets that the run has used before.
 */
export function holdFlow({ flow, now, vaultOf, answersOf, pauses, openBrowser }: FlowToHold): {
  hold: BrowserHold;
  answers: RunAnswers;
  describe: StepDescriber;
  /** A person has given it these steps from that one on, which mark nothing as secret that was not before. */
  editSteps(from: number, steps: readonly Step[]): Promise<void>;
} {
  let described: DescribedSteps | undefined;
  const secrets = createRunSecrets(flow);
  const vault = vaultOf(secrets);
  const answers = answersOf(secrets);
  const hold = holdBrowser({
    async openBrowser(abandoned) {
      if (!described) {
        await vault.recall(abandoned);
        // The plan is public: what is learned is not looked for in it.
        described = await describeSteps(flow, secrets.redactWritten);
      }
      return openBrowser({ vault, answers }, abandoned);
    },
    isAtomic: (index) => flow.steps[index]?.atomic === true,
    isOptional: (index) => flow.steps[index]?.optional === true,
    now,
  });
  const known = {
    described: () => described,
    usedSecrets: vault.used,
    answer: answers.of,
    resumption: pauses.of,
  };
  async function editSteps(from: number, steps: readonly Step[]): Promise<void> {
    // Its performers share this list.
    flow.steps.splice(from, flow.steps.length, ...steps);
    secrets.learn(secretsOf(flow), { isMarked: false });
    secrets.learn(markedValuesOf(flow), { isMarked: true });
    if (described) described = await describeSteps(flow, secrets.redactWritten);
  }
  return { hold, answers, describe: describerOf(hold, known), editSteps };
}
