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
