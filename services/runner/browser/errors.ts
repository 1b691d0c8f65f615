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

/** Evidence that was had and could not be kept. A step that is about nothing else fails by it, others only say so. */
export class StorageFailure extends StepFailure {
  /** `what` could not be kept, in words that name no place on this machine. */
  constructor(what: string, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(
      `${what} could not be kept: ${/^E[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? 'it could not be written'}`,
    );
    this.name = 'StorageFailure';
  }
}
