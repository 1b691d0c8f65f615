import type { BrowserUser } from './browser-user.ts';

/** How Chromium is isolated when it is started, and what is logged for the operator once it runs so. */
export interface Way {
  user: BrowserUser | undefined;
  sandbox: boolean;
  warning?: string;
}

export interface WayOptions {
  sandbox: 'auto' | 'on' | 'off';
  isRoot: boolean;
  user?: BrowserUser | undefined;
}

const NO_SANDBOX =
  'Chromium has no usable sandbox here and runs without one; GHOSTLY_SANDBOX=on forbids that';
const AS_ROOT =
  'Chromium runs as root and without its sandbox: a page that breaks out of it can do anything on this machine. ' +
  'Run Ghostly as a plain user, or allow user namespaces; GHOSTLY_SANDBOX=on forbids going without';
const AS_USER = { user: undefined, sandbox: false };

/** The safest first. If the runner is root, Chromium has a sandbox only as another user. */
export function waysToStart({ sandbox, isRoot, user }: WayOptions): Way[] {
  if (sandbox === 'on') return [{ user, sandbox: true }];
  const bare: Way = isRoot ? { ...AS_USER, warning: AS_ROOT } : { ...AS_USER, warning: NO_SANDBOX };
  if (sandbox === 'off') return [AS_USER];
  if (!isRoot) return [{ user: undefined, sandbox: true }, bare];
  if (user === undefined) return [bare];
  return [{ user, sandbox: true }, { user, sandbox: false, warning: NO_SANDBOX }, bare];
}
