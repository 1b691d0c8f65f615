/* What a run's browser asks of those that show its pages live. */
import type { BrowserContext, Page } from 'playwright';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import { createKnownTexts, type KnownTexts } from './evidence/cover.ts';
import type { OpenRequest } from './open-request.ts';
import type { Popups } from './page/popups.ts';
import type { RunBrowser } from './run-browser.ts';

export interface ShownRun {
  runId: string;
  epoch: number;
  flow: Flow;
  context: BrowserContext;
  page: Page;
  popups: Pick<Popups, 'last'>;
  /** What pictures must not show; undefined if the flow has nothing like that. */
  known: KnownTexts | undefined;
}

/** Begins when the run has its page. None of these waits for anything. */
export type ShowLive = (run: ShownRun) => LiveShow;

export interface LiveShow {
  /** A step begins, or its next try. */
  begins(phase: StepPhase, index: number): void;
  ends(phase: StepPhase, index: number): void;
  /** The browser closes. Once counts. */
  stop(): void;
}

type Acts = Pick<RunBrowser, 'perform' | 'cleanUp' | 'skipEvidence'>;

/** Shows a run if its pages may be watched; its steps then say so as they begin and end. */
export function showLive(
  { runId, epoch, flow, vault: { secrets }, showLive: begin }: OpenRequest,
  { context, page }: Pick<ShownRun, 'context' | 'page'>,
  popups: Popups,
  acts: Acts,
): { live: LiveShow | undefined; shown: Acts } {
  const known = secrets.hidesFields ? createKnownTexts(secrets) : undefined;
  const live = begin?.({ runId, epoch, flow, context, page, popups, known });
  context.once('close', () => live?.stop());
  return { live, shown: live ? showSteps(live, acts) : acts };
}

function showSteps(live: LiveShow, acts: Acts): Acts {
  const during = async <Result>(phase: StepPhase, index: number, act: () => Promise<Result>) => {
    live.begins(phase, index);
    try {
      return await act();
    } finally {
      live.ends(phase, index);
    }
  };
  return {
    ...acts,
    perform: (index, signal) => during('flow', index, () => acts.perform(index, signal)),
    cleanUp: (index, signal) => during('onCancel', index, () => acts.cleanUp(index, signal)),
  };
}
