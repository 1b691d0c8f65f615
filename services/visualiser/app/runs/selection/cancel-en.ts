/** Texts of the cancel of runs that are selected in the list. */
export const englishCancelRuns = {
  allListed: 'All listed',
  allFiltered: 'All of this filter',
  reading: 'Reading…',
  ask: (count: number) =>
    count === 1 ? 'Cancel this run?' : `Cancel these ${count.toLocaleString('en')} runs?`,
  cancelOf: (count: number) =>
    count === 1 ? 'Cancel of 1 run' : `Cancel of ${count.toLocaleString('en')} runs`,
  submit: (count: number) => (count === 1 ? 'Cancel 1 run' : `Cancel ${count.toLocaleString('en')} runs`),
  busy: 'Cancelling…',
  keep: 'Let them run',
  close: 'Close',
  willQueued: (count: number) =>
    count === 1
      ? '1 waits for a runner: it ends before it begins.'
      : `${count} wait for a runner: they end before they begin.`,
  willRunning: (count: number, within: string) =>
    `${count === 1 ? '1 is' : `${count} are`} under way: what is being done is interrupted, the flow cleans up, and the page is closed${within && ` within ${within}`}.`,
  willForce: (count: number, within: string) =>
    `${count === 1 ? '1 is' : `${count} are`} under way: the page is closed without cleaning up${within && ` within ${within}`}.`,
  willCancelling: (count: number) =>
    count === 1 ? '1 is being stopped already.' : `${count} are being stopped already.`,
  haveEnded: (count: number) =>
    count === 1
      ? '1 has ended meanwhile, and is left as it is.'
      : `${count} have ended meanwhile, and are left as they are.`,
  will: 'A run that ends before the request arrives keeps its result. Steps, pictures and events are kept.',
  looking: 'The answer was lost. The request is perhaps recorded; looking…',
  sending: 'The request is being sent…',
  refused: 'The request was refused. Nothing was recorded.',
  goesOn: 'You may close this: it goes on.',
  parts: {
    stopping: (count: number) => (count === 1 ? '1 is being stopped' : `${count} are being stopped`),
    cancelled: (count: number) =>
      count === 1 ? '1 has ended as cancelled' : `${count} have ended as cancelled`,
    ended: (count: number) => (count === 1 ? '1 ended by itself' : `${count} ended by themselves`),
    failed: (count: number) => (count === 1 ? '1 was not cancelled' : `${count} were not cancelled`),
  },
  again: (count: number) => (count === 1 ? 'Try again for 1 run' : `Try again for ${count} runs`),
  runs: 'Each run',
  fates: {
    sent: 'perhaps recorded; looking',
    stopping: 'is being stopped',
    cancelled: 'has ended as cancelled',
    unrecorded: 'is not recorded: it goes on, and you can safely try again',
    unknown: 'it is not known yet whether it is recorded; you can safely try again',
  },
  endedAs: {
    pass: 'had passed before that',
    fail: 'had failed before that',
    lost: 'was lost before that',
    cancelled: 'has ended as cancelled',
  },
  notCancelled: (why: string) => `was not cancelled: ${why}`,
  more: (count: number) => (count === 1 ? 'and 1 more' : `and ${count.toLocaleString('en')} more`),
};
export type CancelRunsTexts = typeof englishCancelRuns;
