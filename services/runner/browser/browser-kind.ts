import type { Notice } from '#shared/events/between.ts';

/** The kind of a shared browser: the headless shell, full Chromium without a window, or with one. */
export type BrowserKind = 'shell' | 'full' | 'headed';

export interface Executables {
  headlessPath: string | undefined;
  fullPath: string | undefined;
  hasDisplay: boolean;
}

/** The kind for a flow, as far as the runner has it. `tell`: what the operator should know of it. */
export function kindFor(
  headless: boolean,
  { headlessPath, fullPath, hasDisplay }: Executables,
  tell: (level: 'info' | 'warn', message: string) => void,
): BrowserKind {
  if (headless) return headlessPath ? 'shell' : 'full';
  if (!fullPath) {
    tell('warn', 'a run asked for a window, but there is no full Chromium: it runs in the headless shell');
    return 'shell';
  }
  if (hasDisplay) return 'headed';
  tell('info', 'a run asked for a window, but there is no display: full Chromium runs without one');
  return 'full';
}

/** The notice to the owner of a run that asked for a window about the browser that it got. */
export function noticesOf(kind: BrowserKind): Notice[] {
  if (kind === 'headed') return [];
  return kind === 'full'
    ? [
        {
          code: 'no_display',
          text: 'headless: false, but the runner has no display: Chromium runs without a window',
        },
      ]
    : [{ code: 'no_window', text: 'headless: false, but the runner has only the headless shell' }];
}
