import type { Page } from 'playwright';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { Notice } from '#shared/domain/events/describer.ts';
import { vaultReferencesOf } from '#shared/domain/flow/vault.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { BrowserLog } from './chromium/browser-log.ts';
import type { SharedBrowser } from './chromium/shared-browser.ts';
import { stoppedFor } from './chromium/start-browser.ts';
import type { LateVideos } from './evidence/late-videos.ts';
import { recordVideo, type VideoOptions, type VideoRecorder } from './evidence/video.ts';
import { oneLine } from './failure.ts';
import { type LiveShow, showLive } from './live-show.ts';
import { noticesOf } from './notices.ts';
import { type Keep, keeperOf, nameOf, type OpenRequest } from './open-request.ts';
import { ContextEnd, type ContextEnding, type ContextEndOptions } from './page/context-end.ts';
import { guardAgainstFloods } from './page/flood-guard.ts';
import type { LastLookAtPage } from './page/last-look.ts';
import { type OpenedContext, openContext } from './page/open-context.ts';
import type { PerformedStep } from './page/perform.ts';
import { watchPage } from './page/watch.ts';
import { type CarriedPage, createCarriedPage, type Reopened } from './page-state/carried-page.ts';
import { reopenStorage } from './page-state/reopen.ts';
import { performersOf } from './performers.ts';
import type { RunTrace, Traces } from './playwright-trace/run-trace.ts';
import { withSteps } from './playwright-trace/with-steps.ts';
import { checkLogin, type LoginCheck } from './profile/check-login.ts';
import type { FoundResult } from './results/step-values.ts';
import type { PageSaid } from './said/page-said.ts';
import { COPIES_NOTHING } from './vault/copies-nothing.ts';
import { expectsDownloads, hearAll, watchedOf } from './watched-page.ts';

/** One run's context and page on a shared browser. */
export interface RunBrowser extends CarriedPage {
  /**
   * Runs step `index`. Resolves for success and failure alike; rejects only with the signal's reason, if that cuts off its
   * action. Takes at most the step's own timeout plus an extra for its evidence.
   */
  perform(index: number, signal: AbortSignal): Promise<PerformedStep>;
  /** The same for step `index` of the flow's `onCancel` steps, with little time for evidence: all of them share a time. */
  cleanUp(index: number, signal: AbortSignal): Promise<PerformedStep>;
  /** Why the login that it begins with does not last; undefined if it does. Rejects with the reason of the signal. */
  checkLogin(check: LoginCheck, signal: AbortSignal): ReturnType<typeof checkLogin>;
  /** Ends each later step of the flow with its action: no evidence and no title are asked for. */
  skipEvidence(): void;
  /** What the page is like while step `index` waits on it. */
  look(phase: StepPhase, index: number): Promise<PageLook>;
  /**
   * Closes the context, and tells where its video is, or will be if its encoder is slow. May be called repeatedly and
   * concurrently; the options of the first call count. Never rejects.
   */
  close(options: ContextEnding): Promise<{ videoPath?: string }>;
  /** How its run has ended, which is stored. After `close`; the first call counts. */
  over(hasPassed: boolean): void;
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
  /** The same as it is, for a run that goes on from here. */
  found(): FoundResult[];
  /** What is kept of its page before that closes. */
  readonly lastLook: Pick<LastLookAtPage, 'look' | 'found'>;
  /** Why there is no video of a run that is recorded; undefined before it closes, and if there is one or will be. */
  readonly noVideo: Notice | undefined;
  /** Its browser was killed, or crashed. */
  readonly lost: boolean;
  /** Raised when its page cannot be used any more; the reason is a `StepFailure`. */
  readonly gone: AbortSignal;
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
  let trace: RunTrace | undefined;
  try {
    const finding = request.flow.recordVideoOnFailure ? equipment.encoder() : undefined;
    const takesFiles = expectsDownloads(request.flow);
    opened = (takesFiles ? undefined : await takeSpare()) ?? (await openContext(shared, takesFiles));
    if (vaultReferencesOf(request.flow).length > 0)
      await opened.context.addInitScript({ content: COPIES_NOTHING });
    const { begins } = request;
    if (request.passkeys) await opened.context.credentials.install();
    // Its trace begins after it, since it holds what is secret.
    const notReopened = begins ? await reopenStorage(opened, begins.page) : [];
    trace = equipment.traces.start(opened.context, { ...request, secrets: request.vault.secrets });
    const encoder = await finding;
    const recorder = encoder && tryRecording(opened.page, encoder);
    return createRunBrowser(shared, request, { ...opened, ...equipment, notReopened, recorder, trace }, log);
  } catch (error) {
    void trace?.stop({ isUnused: true });
    trace?.finish({ isUnused: true });
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
  traces: Traces;
  /** The largest file that a step may keep. */
  mostDownloadBytes: number;
  /** There may be windows. */
  hasDisplay: boolean;
}

/** What a run has on its browser. */
interface Opened extends Reopened, Omit<Equipment, 'encoder'> {
  recorder: VideoRecorder | undefined;
  trace: RunTrace | undefined;
}

/** What ends with the context. */
const endedWith = ({ context, recorder, late, trace }: Opened) => ({ context, recorder, late, trace });

function createRunBrowser(
  shared: SharedBrowser,
  request: OpenRequest,
  opened: Opened,
  log: BrowserLog,
): RunBrowser {
  const { context, page, recorder, hasDisplay, trace } = opened;
  const { flow, logFields } = request;
  const keep = keeperOf(request);
  const ending = new ContextEnd({
    ...endedWith(opened),
    log,
    logFields,
    video: videoOf(request, keep),
    onEnded: () => shared.leave(),
  });
  const { gone, lose } = watchPage(context, page, () => whyGone(shared, ending));
  const watched = { gone, ...watchedOf(page, shared, request) };
  guardAgainstFloods(context, ({ how, isLarge }) => {
    log.warn({ ...logFields, how }, 'a page floods its browser and is closed');
    lose(`the page ${how}, and was closed`);
    if (isLarge) shared.retire(); // what it holds of that may be large, too
    void ending.close('its page floods');
  });
  const { said, ...heard } = hearAll(request, opened, watched.requests, keep);
  const performers = performersOf(request, { ...watched, ...heard }, keep, log);
  const { acts, lastLook, title, values, look } = performers;
  const { live, shown } = showLive(request, opened, heard.popups, acts);
  return {
    ...(trace ? withSteps(trace, flow, shown) : shown),
    ...createCarriedPage(opened, watched.navigation, request.begins?.page),
    checkLogin: (check, signal) =>
      checkLogin(check, flow.baseUrl, { page, navigation: watched.navigation, signal }),
    lastLook,
    look,
    said,
    gone,
    ...endsOf(shared, ending, trace, live),
    found: () => values.found,
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

const endsOf = (
  shared: SharedBrowser,
  ending: ContextEnd,
  trace: RunTrace | undefined,
  live: LiveShow | undefined,
): Pick<RunBrowser, 'browserPid' | 'close' | 'over' | 'kill'> => ({
  browserPid: shared.pid,
  close(how) {
    live?.stop();
    return ending.end(how);
  },
  over: (hasPassed) => trace?.over(hasPassed),
  async kill() {
    if (ending.closed && !shared.lost) return { pid: shared.pid, spared: true };
    await shared.kill();
    return { pid: shared.pid };
  },
});
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
