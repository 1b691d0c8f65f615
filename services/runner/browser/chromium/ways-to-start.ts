import type { BrowserUser } from './browser-user.ts';

/** How Chromium is isolated when it is started, and what is logged for the operator once it runs so. */
export interface WayToStart {
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
const AS_RUNNER =
  "Chromium runs without its sandbox, and does not start as a user of its own: a page that breaks out of it has the runner's rights; " +
  'GHOSTLY_SANDBOX=on forbids going without';

/** The safest first. A runner that is root has a sandbox for Chromium only as another user. */
export function waysToStart({ sandbox, isRoot, user }: WayOptions): WayToStart[] {
  const withSandbox: WayToStart = { user, sandbox: true };
  if (sandbox === 'on') return [withSandbox];
  if (sandbox === 'off') return [{ user, sandbox: false }];
  const bare: WayToStart = { user: undefined, sandbox: false, warning: isRoot ? AS_ROOT : NO_SANDBOX };
  if (user === undefined) return isRoot ? [bare] : [withSandbox, bare];
  const last: WayToStart = isRoot ? bare : { ...bare, warning: AS_RUNNER };
  return [withSandbox, { user, sandbox: false, warning: NO_SANDBOX }, last];
}
