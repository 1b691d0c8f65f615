import type { CarriedOver, StepDescriber } from '#shared/domain/events/describer.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { markedValuesOf, secretsOf } from '#shared/domain/flow/secrets.ts';
import type { ForkPoint, NotCarried } from '#shared/domain/run/not-carried.ts';
import type { OpenRequest } from '../browser/open-request.ts';
import type { KeptState } from '../browser/page-state/kept-state.ts';
import type { CapturedPage, CaptureLimits } from '../browser/page-state/page-state.ts';
import type { RunBrowser } from '../browser/run-browser.ts';
import { createRunSecrets, type RunSecrets } from '../browser/vault/run-secrets.ts';
import type { RunVault } from '../browser/vault/run-vault.ts';
import type { BrowserHold } from './browser-hold.ts';
import { type DescribedSteps, describerOf, describeSteps } from './describe-steps.ts';
import { holdBrowser } from './hold-browser.ts';
import type { RunLogin } from './kept/run-login.ts';
import type { RunAnswers } from './person/answers.ts';
import type { RunPauses } from './person/pauses.ts';

/** A state as it is kept, with what it lacks. */
export type CarriedState = KeptState & Pick<CapturedPage, 'notCarried'>;

/** Where a run begins that is forked off another one, or goes on that was parked. */
export interface Beginning {
  /** Missing of one that was parked. */
  forkedFrom?: ForkPoint;
  /** Rejects with the reason of the signal. @throws SecretFailure */
  open(abandoned: AbortSignal): Promise<CarriedState>;
}

export interface FlowToHold {
  flow: Flow;
  beginning: Beginning | undefined;
  loginOf?(secrets: RunSecrets): RunLogin | undefined;
  /** Epoch ms. */
  now(): number;
  vaultOf(secrets: RunSecrets): RunVault;
  answersOf(secrets: RunSecrets): RunAnswers;
  pauses: RunPauses;
  openBrowser(
    own: Pick<OpenRequest, 'vault' | 'begins' | 'passkeys'> & { answers: RunAnswers },
    abandoned: AbortSignal,
  ): Promise<RunBrowser>;
}

/** The browser side of a flow. */
export interface HeldRun {
  hold: BrowserHold;
  answers: RunAnswers;
  /** Undefined: its flow names no profile. */
  login: RunLogin | undefined;
  describe: StepDescriber;
  /** What another run can begin with; undefined where there is no page. */
  capture(limits: CaptureLimits): Promise<CarriedState | undefined>;
  /** A person has given it these steps, which mark nothing as secret where nothing was before. */
  editSteps(edited: Pick<Flow, 'login' | 'steps'>): Promise<void>;
}

/**
 * The browser side of a flow, and how its steps look in events, which is known before the first of them begins; as are the
 * secrets that the run has used before.
 */
export function holdFlow(given: FlowToHold): HeldRun {
  const { flow, beginning, now, pauses } = given;
  let described: DescribedSteps | undefined;
  let begins: CarriedState | undefined;
  const secrets = createRunSecrets(flow);
  const login = given.loginOf?.(secrets);
  const vault = given.vaultOf(secrets);
  const answers = given.answersOf(secrets);
  const hold = holdBrowser({
    async openBrowser(abandoned) {
      if (!described) {
        await vault.recall(abandoned);
        begins = await beginning?.open(abandoned);
        if (begins) recall(begins, secrets, answers);
        // The plan is public: what is learned is not looked for in it.
        described = await describeSteps(flow, secrets.redactWritten);
      }
      const page = (await login?.begin(abandoned, begins)) ?? begins?.page;
      const at = page && { page, results: begins?.memory.results ?? [] };
      return given.openBrowser({ vault, answers, begins: at, passkeys: login?.passkeys }, abandoned);
    },
    login,
    ...marksOf(flow),
    now,
  });
  const lacks = () => begins && [...begins.notCarried, ...hold.notReopened];
  const known = {
    described: () => described,
    usedSecrets: vault.used,
    answer: answers.of,
    resumption: pauses.of,
    carriedOver: () => beginning?.forkedFrom && carriedTo(beginning.forkedFrom, lacks()),
    login: () => login,
    reopened: () => lacks() ?? [],
  };
  return {
    hold,
    answers,
    describe: describerOf(hold, known),
    async editSteps(edited) {
      takeSteps(flow, edited, secrets);
      if (described) described = await describeSteps(flow, secrets.redactWritten);
    },
    login,
    capture: (limits) => captureOf(hold, limits, secrets, answers, login),
  };
}

/** Its performers share this list. */
function takeSteps(
  flow: Flow,
  { login = [], steps }: Pick<Flow, 'login' | 'steps'>,
  secrets: RunSecrets,
): void {
  flow.login = login;
  flow.steps.splice(0, flow.steps.length, ...steps);
  secrets.learnWritten(secretsOf(flow));
  secrets.learn(markedValuesOf(flow), { isMarked: true });
}

/** Its steps may be edited. */
const marksOf = ({ steps }: Flow) => ({
  isAtomic: (index: number) => steps[index]?.atomic === true,
  isOptional: (index: number) => steps[index]?.optional === true,
});

/** What the run that this one is forked off knew. */
function recall({ memory }: CarriedState, secrets: RunSecrets, answers: RunAnswers): void {
  secrets.recall(memory);
  answers.carry(memory.answers);
}

const carriedTo = (
  { runId, step }: ForkPoint,
  notCarried: NotCarried[] | undefined,
): CarriedOver | undefined => notCarried && { runId, fromStep: step, notCarried };

async function captureOf(
  hold: BrowserHold,
  limits: CaptureLimits,
  { learned: secrets, hasTyped }: RunSecrets,
  { given: answers }: RunAnswers,
  { passkeys = false, isLoggedIn = false }: Partial<RunLogin> = {},
): Promise<CarriedState | undefined> {
  const captured = await hold.capture({ ...limits, passkeys });
  if (!captured) return undefined;
  const known = { results: hold.found, answers, secrets, hasTyped };
  return { ...captured, memory: { ...known, ...(isLoggedIn && { isLoggedIn: true }) } };
}
