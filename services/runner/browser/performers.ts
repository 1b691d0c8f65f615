/* What carries out the steps of a run, and looks at its page last: with the run's redactor, cover and artifacts. */
import { vaultReferencesOf } from '#shared/domain/flow/vault.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { BrowserLog } from './chromium/browser-log.ts';
import { createCover } from './evidence/cover.ts';
import type { Keep, OpenRequest } from './open-request.ts';
import { LastLookAtPage } from './page/last-look.ts';
import { createPageTitle, type PageTitle } from './page/page-title.ts';
import { createPerformer, EVIDENCE_MS, type PerformOptions, SHORT_EVIDENCE_MS } from './page/perform.ts';
import { createStepValues, type StepValues } from './results/step-values.ts';
import type { RunBrowser } from './run-browser.ts';
import { watchSiteClock } from './vault/site-clock.ts';
import { looksAt } from './watched-page.ts';

export function performersOf(
  request: OpenRequest,
  page: Pick<
    PerformOptions,
    'page' | 'gone' | 'navigation' | 'requests' | 'popups' | 'downloads' | 'answerDialogs'
  >,
  keep: Keep,
  log: BrowserLog,
): {
  acts: Pick<RunBrowser, 'perform' | 'cleanUp' | 'skipEvidence'>;
  lastLook: LastLookAtPage;
  title: PageTitle;
  values: StepValues;
  look: RunBrowser['look'];
} {
  const { runId, flow, vault, answers, begins, now, logFields, uploadFolders } = request;
  const { redact, hidesFields } = vault.secrets;
  const title = createPageTitle(page.page, redact);
  const values = createStepValues(runId, flow, { ...vault.secrets, answers, carried: begins?.results });
  const look = looksAt(page, request, values);
  const bare = new AbortController();
  const cover = createCover(vault.secrets);
  const typesCodes = vaultReferencesOf(flow).some(({ root }) => root === 'totp');
  const siteClock = typesCodes ? watchSiteClock(page.page, now) : undefined;
  type Own = Pick<PerformOptions, 'steps' | 'evidenceMs' | 'bare'>;
  const performerOf = (phase: StepPhase, prefix: string, own: Own) =>
    createPerformer({
      ...page,
      ...own,
      flow,
      uploadFolders,
      cover,
      redact,
      hidesFields,
      values,
      vault,
      phase,
      siteClock,
      look: (index) => look(phase, index),
      keepPicture: (index, picture) => keep(`${prefix}${index}`, 'png', picture),
      evidenceLost: (step, what, reason) =>
        log.warn({ ...logFields, step, what, reason }, 'the evidence of a step could not be collected'),
    });
  const { steps, onCancel = [] } = flow;
  const perform = performerOf('flow', '', { steps, evidenceMs: EVIDENCE_MS, bare: bare.signal });
  const acts = {
    async perform(index: number, signal: AbortSignal) {
      const outcome = await perform(index, signal);
      if (outcome.ok) await title.look(AbortSignal.any([signal, bare.signal]));
      return outcome;
    },
    cleanUp: performerOf('onCancel', 'cancel-', { steps: onCancel, evidenceMs: SHORT_EVIDENCE_MS }),
    skipEvidence: () => bare.abort(),
  };
  const keepPicture = (picture: Uint8Array) => keep('last', 'png', picture);
  const lastLook = new LastLookAtPage({ ...page, redact, hidesFields, cover, keepPicture });
  return { acts, lastLook, title, values, look };
}
