import type { Page } from 'playwright';
import type { Artifacts, HandedOver } from '#shared/adapters/artifacts/artifacts.ts';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { Notice } from '#shared/domain/events/between.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { vaultReferencesOf } from '#shared/domain/flow/vault.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { RunFields } from '#shared/platform/log/run-fields.ts';
import type { BrowserLog } from './chromium/browser-log.ts';
import type { SharedBrowser } from './chromium/shared-browser.ts';
import { gateOf, stoppedFor } from './chromium/start-browser.ts';
import { createCover } from './evidence/cover.ts';
import type { LateVideos } from './evidence/late-videos.ts';
import { recordVideo, type VideoOptions, type VideoRecorder } from './evidence/video.ts';
import { oneLine } from './failure.ts';
import { noticesOf } from './notices.ts';
import { ContextEnd, type ContextEndOptions } from './page/context-end.ts';
import { Downloads } from './page/downloads.ts';
import { guardAgainstFloods } from './page/flood-guard.ts';
import { createLookAtPage } from './page/look-at-page.ts';
import { type Navigation, watchNavigation } from './page/navigation.ts';
import { type OpenedContext, openContext } from './page/open-context.ts';
import { createPageTitle, type PageTitle } from './page/page-title.ts';
import {
  createPerformer,
  EVIDENCE_MS,
  type PerformedStep,
  type PerformOptions,
  SHORT_EVIDENCE_MS,
} from './page/perform.ts';
import { watchPopups } from './page/popups.ts';
import { watchPage } from './page/watch.ts';
import { createStepValues, type StepValues } from './results/step-values.ts';
import { hearPage, type PageSaid } from './said/page-said.ts';
import { COPIES_NOTHING } from './vault/copies-nothing.ts';
import type { RunVault } from './vault/run-vault.ts';
import { watchSiteClock } from './vault/site-clock.ts';
import { looksAtValues } from './vault/unread.ts';

export interface OpenRequest {
  runId: string;
  /** Runs of different projects do not share a browser, unless the operator allows it. */
  projectId: string;
  flow: Flow;
  /** Has the run's redactor, also if it opens nothing. */
  vault: RunVault;
  artifacts: Pick<Artifacts, 'put'>;
  epoch: number;
  uploadFolders: readonly string[] | undefined;
  /** Epoch ms, by the database's clock. */
  now(): number;
  /** The fields that the log has of the run. */
  logFields: RunFields;
  /** Raised when the run needs no browser any more. */
  abandoned?: AbortSignal;
}

/** One run's context and page on a shared browser. */
export interface RunBrowser {
  /**
   * Runs step `index`. Resolves for success and failure alike; rejects only with the signal's reason, if that cuts off its
   * action. Takes at most the step's own timeout plus an extra for its evidence.
   */
  perform(index: number, signal: AbortSignal): Promise<PerformedStep>;
  /** The same for step `index` of the flow's `onCancel` steps, with little time for evidence: all of them share a time. */
  cleanUp(index: number, signal: AbortSignal): Promise<PerformedStep>;
  /** Ends each later step of the flow with its action: no evidence and no title are asked for. */
  skipEvidence(): void;
  /** What the page is like while step `index` waits on it. */
  look(phase: StepPhase, index: number): Promise<PageLook>;
  /**
   * Closes the context, and tells where its video is, or will be if its encoder is slow. May be called repeatedly and
   * concurrently; the options of the first call count. Never rejects.
   */
  close(options: { keepVideo: boolean; reason: string }): Promise<{ videoPath?: string }>;
  /**
   * Retires the browser, then kills its process once, with every run on it; but not if this run's context is closed
   * already. Never rejects.
   */
  kill(): Promise<{ pid: number | undefined; spared?: true }>;
  readonly browserPid: number | undefined;
  /** What its page has said. */
  readonly said: PageSaid;
  /** The title of its first page that has one, redacted; set when a step has ended on that. */
  readonly title: string | undefined;
  /** Differences from what the flow asked for. */
  readonly notices: Notice[];
  /** What its steps have found, by name; undefined if nothing. */
  readonly results: Record<string, unknown> | undefined;
  /** Why there is no video of a run that is recorded; undefined before it closes, and if there is one or will be. */
  readonly noVideo: Notice | undefined;
  /** Its browser was killed, or crashed. */
  readonly lost: boolean;
}

/**
 * Gives one run a context and page on `shared`, which counts it until it is closed: the spare one that `takeSpare` gives, or
 * one of its own. Owns that context and the run's video; not the browser. Rejects if the browser does not give a page.
 */
export async function openRunBrowser(
  shared: SharedBrowser,
  request: OpenRequest,
  takeSpare: () => Promise<OpenedContext | undefined>,
  equipment: Equipment,
  log: BrowserLog,
): Promise<RunBrowser> {
  shared.enter();
  let opened: OpenedContext | undefined;
  try {
    const finding = request.flow.recordVideoOnFailure ? equipment.encoder() : undefined;
    const takesFiles = expectsDownloads(request.flow);
    opened = (takesFiles ? undefined : await takeSpare()) ?? (await openContext(shared, takesFiles));
    if (vaultReferencesOf(request.flow).length > 0)
      await opened.context.addInitScript({ content: COPIES_NOTHING });
    const encoder = await finding;
    const recorder = encoder && tryRecording(opened.page, encoder);
    return createRunBrowser(shared, request, { ...opened, ...equipment, recorder }, log);
  } catch (error) {
    await opened?.context.close().catch(() => undefined);
    shared.leave();
    throw error;
  }

  function tryRecording(page: Page, encoder: VideoOptions): VideoRecorder | undefined {
    const failed = (error: unknown) =>
      log.warn(
        { ...request.logFields, reason: oneLine(error) },
        'the video could not be started; the run goes on',
      );
    try {
      const name = `video-${request.runId}-${request.epoch}`;
      return recordVideo(page, name, encoder, failed);
    } catch (error) {
      failed(error);
      return undefined;
    }
  }
}

/** What a pool has for its runs. */
export interface Equipment {
  /** Undefined if there is no ffmpeg that starts. Never rejects. */
  encoder(): Promise<VideoOptions | undefined>;
  late: LateVideos;
  /** The largest file that a step may keep. */
  mostDownloadBytes: number;
  /** There may be windows. */
  hasDisplay: boolean;
}

/** What a run has on its browser. */
interface Opened extends OpenedContext, Omit<Equipment, 'encoder'> {
  recorder: VideoRecorder | undefined;
}

function createRunBrowser(
  shared: SharedBrowser,
  request: OpenRequest,
  opened: Opened,
  log: BrowserLog,
): RunBrowser {
  const { context, page, recorder, late, hasDisplay } = opened;
  const { flow, logFields } = request;
  const keep = keeperOf(request);
  const ending = new ContextEnd({
    context,
    recorder,
    late,
    log,
    logFields,
    video: videoOf(request, keep),
    onEnded: () => shared.leave(),
  });
  const { gone, lose } = watchPage(context, page, () => whyGone(shared, ending));
  const navigation = watchNavigation(page, gateOf(shared.browser));
  guardAgainstFloods(context, ({ how, isLarge }) => {
    log.warn({ ...logFields, how }, 'a page floods its browser and is closed');
    lose(`the page ${how}, and was closed`);
    // What it holds of that may be large, too.
    if (isLarge) shared.retire();
    void ending.close('its page floods');
  });
  const { said, ...heard } = hearAll(request, opened, keep);
  const look = looksAt(page, navigation, request);
  const watched = { page, gone, navigation, look, ...heard };
  const { acts, title, values } = performersOf(request, watched, keep, log);
  return {
    ...acts,
    look,
    said,
    close: ({ keepVideo, reason }) => ending.end(keepVideo, reason),
    kill: () => killUnlessClosed(shared, ending),
    browserPid: shared.pid,
    notices: noticesOf(flow, { kind: shared.kind, hasDisplay, isRecorded: recorder !== undefined }),
    get noVideo() {
      return ending.noVideo;
    },
    get results() {
      return values.results;
    },
    get title() {
      return title.found;
    },
    get lost() {
      return shared.lost;
    },
  };
}

async function killUnlessClosed(shared: SharedBrowser, ending: ContextEnd): ReturnType<RunBrowser['kill']> {
  if (ending.closed && !shared.lost) return { pid: shared.pid, spared: true };
  await shared.kill();
  return { pid: shared.pid };
}

/** What the pages of a run say, and what becomes of what they open. */
function hearAll({ flow, vault }: OpenRequest, { context, page, mostDownloadBytes }: Opened, keep: Keep) {
  const downloads = new Downloads({
    context,
    page,
    areExpected: expectsDownloads(flow),
    mostBytes: mostDownloadBytes,
    keep: (name, file) => keep(name, 'bin', { file }),
  });
  const said = hearPage(context, page, vault.secrets, (...offered) => downloads.take(...offered));
  const { answerDialogs } = said;
  return { said, downloads, answerDialogs, popups: watchPopups(context, page) };
}

const expectsDownloads = ({ steps, onCancel = [] }: Flow): boolean =>
  [...steps, ...onCancel].some(({ download }) => download !== undefined);

type Keep = (name: string, type: string, content: Uint8Array | HandedOver) => Promise<string>;

/** The file name alone identifies the run: clients of the original use only the last part of the path. */
const nameOf = ({ runId, epoch }: OpenRequest, name: string, type: string) =>
  `${epoch}-${name}-${runId}.${type}`;

const keeperOf =
  (request: OpenRequest): Keep =>
  (name, type, content) =>
    request.artifacts.put(request.runId, nameOf(request, name, type), content);

const videoOf = (request: OpenRequest, keep: Keep): ContextEndOptions['video'] => ({
  path: `${request.runId}/${nameOf(request, 'video', 'webm')}`,
  keep: (file) => keep('video', 'webm', { file }),
});

function whyGone(shared: SharedBrowser, ending: ContextEnd): string | undefined {
  if (shared.killed && !shared.closing) return 'the browser was stopped because another page in it hung';
  const stopped = stoppedFor(shared.browser);
  if (stopped !== undefined) return `the browser was stopped, because ${stopped}`;
  if (!shared.browser.isConnected()) return shared.closing ? 'the browser was closed' : 'the browser crashed';
  return ending.begun ? 'the browser was closed' : undefined;
}

function looksAt(page: Page, navigation: Navigation, { flow, now, vault }: OpenRequest): RunBrowser['look'] {
  const look = createLookAtPage(page, navigation, now);
  const stepsOf = { flow: flow.steps, onCancel: flow.onCancel ?? [] };
  return (phase, index) => {
    const step = stepsOf[phase][index];
    // It is another page that such a step waits on.
    if (step?.page === 'popup') return Promise.resolve({ answers: true });
    const selector = step && 'selector' in step ? step.selector : undefined;
    const isRefused = selector !== undefined && vault.secrets.hasTyped && looksAtValues(selector);
    return look(`${phase} ${index}`, isRefused ? undefined : selector);
  };
}

function performersOf(
  { runId, flow, vault, now, logFields, uploadFolders }: OpenRequest,
  {
    look,
    ...page
  }: Pick<PerformOptions, 'page' | 'gone' | 'navigation' | 'popups' | 'downloads' | 'answerDialogs'> & {
    look: RunBrowser['look'];
  },
  keep: Keep,
  log: BrowserLog,
): { acts: Pick<RunBrowser, 'perform' | 'cleanUp' | 'skipEvidence'>; title: PageTitle; values: StepValues } {
  const { redact, hidesFields } = vault.secrets;
  const title = createPageTitle(page.page, redact);
  const values = createStepValues(runId, flow, vault.secrets);
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
  return { acts, title, values };
}
