import type { Notice } from '#shared/events/between.ts';

/** The kind of a shared browser: the headless shell, full Chromium without a window, or with one. */
export type BrowserKind = 'shell' | 'full' | 'headed';

export interface Executables {
  headlessPath: string | undefined;
  fullPath: string | undefined;
  hasDisplay: boolean;
}

/** What of a flow decides about the kind. */
export interface Asks {
  headless: boolean;
  /** It may paste: then it gets no window, because the windows of a display share its clipboard (I10). */
  pastes: boolean;
}

/** The kind for a flow, as far as the runner has it. `tell`: what the operator should know of it. */
export function kindFor(
  { headless, pastes }: Asks,
  { headlessPath, fullPath, hasDisplay }: Executables,
  tell: (level: 'info' | 'warn', message: string) => void,
): BrowserKind {
  if (headless) return headlessPath ? 'shell' : 'full';
  if (!fullPath) {
    tell('warn', 'a run asked for a window, but there is no full Chromium: it runs in the headless shell');
    return 'shell';
  }
  if (hasDisplay) return pastes ? 'full' : 'headed';
  tell('info', 'a run asked for a window, but there is no display: full Chromium runs without one');
  return 'full';
}

const NO_WINDOW_TO_PASTE: Notice = {
  code: 'no_window_to_paste',
  text: 'headless: false, but the flow pastes, and windows share the clipboard of their display: Chromium runs without a window',
};

/** The notice to the owner of a run that asked for a window about the browser that it got. */
export function noticesOf(kind: BrowserKind, hasDisplay: boolean): Notice[] {
  if (kind === 'headed') return [];
  if (kind === 'full' && hasDisplay) return [NO_WINDOW_TO_PASTE];
  return kind === 'full'
    ? [
        {
          code: 'no_display',
          text: 'headless: false, but the runner has no display: Chromium runs without a window',
        },
      ]
    : [{ code: 'no_window', text: 'headless: false, but the runner has only the headless shell' }];
}
