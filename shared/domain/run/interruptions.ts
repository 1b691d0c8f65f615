/* What a cancel, and the loss of the owner, do in the middle of something. */

/** A step is cut off by what ends its run. */
export const cutOff = {
  CANCEL: { target: '#run.cancelling', actions: ['recordCancel', 'recordInterruptedStep'] },
  STALE: { target: '#run.fail', actions: ['recordStale', 'recordInterruptedStep', 'recordCutStep'] },
} as const;

/** What is open ends with its run. */
export const endsWait = {
  CANCEL: { target: '#run.cancelling', actions: ['recordCancel', 'recordLeftOpen'] },
  STALE: { target: '#run.fail', actions: ['recordStale', 'recordLeftOpen'] },
} as const;
