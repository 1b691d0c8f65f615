import type { Notice } from '#shared/domain/events/describer.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { BrowserKind } from './chromium/browser-kind.ts';

const NO_WINDOW_TO_PASTE: Notice = {
  code: 'no_window_to_paste',
  text: 'headless: false, but the flow pastes, and windows share the clipboard of their display: Chromium runs without a window',
};
const NO_DISPLAY: Notice = {
  code: 'no_display',
  text: 'headless: false, but the runner has no display: Chromium runs without a window',
};
const NO_WINDOW: Notice = {
  code: 'no_window',
  text: 'headless: false, but the runner has only the headless shell',
};
const NO_VIDEO: Notice = {
  code: 'no_video',
  text: 'recordVideoOnFailure: true, but the runner has no ffmpeg that starts: there is no video if the run fails',
};
export const NO_CHECKPOINTS: Notice = {
  code: 'no_checkpoints',
  text: 'checkpoints: true, but the runner has no key of the vault (GHOSTLY_SEAL_KEY): no other run can begin at a step of this one',
};
export const VIDEO_NOT_KEPT: Notice = {
  code: 'video_not_kept',
  text: 'recordVideoOnFailure: true, but there is no video of a run whose steps have passed, nor of one that is cancelled by force',
};

export const videoLost = (why: string): Notice => ({
  code: 'video_lost',
  text: `recordVideoOnFailure: true, but there is no video: ${why}`,
});

/** What a run got. */
interface Got {
  kind: BrowserKind;
  /** There may be windows. */
  hasDisplay: boolean;
  isRecorded: boolean;
}

/** What the owner of a run asked for and did not get. */
export function noticesOf(
  { headless, recordVideoOnFailure }: Pick<Flow, 'headless' | 'recordVideoOnFailure'>,
  { kind, hasDisplay, isRecorded }: Got,
): Notice[] {
  return [
    ...(headless || kind === 'headed' ? [] : [whyNoWindow(kind, hasDisplay)]),
    ...(recordVideoOnFailure && !isRecorded ? [NO_VIDEO] : []),
  ];
}

function whyNoWindow(kind: BrowserKind, hasDisplay: boolean): Notice {
  if (kind === 'shell') return NO_WINDOW;
  return hasDisplay ? NO_WINDOW_TO_PASTE : NO_DISPLAY;
}
