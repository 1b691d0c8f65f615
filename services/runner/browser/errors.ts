/** Why a browser could not be had. `code` is stable; the message is one line and names no run. */
export class BrowserError extends Error {
  readonly code: BrowserErrorCode;

  constructor(code: BrowserErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BrowserError';
    this.code = code;
  }
}

export type BrowserErrorCode =
  | 'browser_missing'
  | 'browser_launch_failed'
  | 'browser_unresponsive'
  | 'pool_closed'
  | 'temp_dir_mismatch';

/** Why a step failed, in words for the person who wrote the flow. Anything else thrown is Playwright's. */
export class StepFailure extends Error {
  readonly code = 'step_failed';

  constructor(message: string) {
    super(message);
    this.name = 'StepFailure';
  }
}
