/** Texts of pausing a run, and of letting it go on. */
export const englishPause = {
  pause: 'Pause',
  pauseHint: 'Stop before the next step, and keep the page',
  pauseNow: 'Pause now',
  pauseNowHint: 'It pauses after its step. Press again to interrupt that',
  title: 'This run is paused',
  failed: (step: number) => `Step ${step} has failed, and waits for you`,
  someUser: 'Another user',
  goOnWith: (step: number) => `Go on with step ${step}`,
  toEnd: 'Finish the run',
  again: (step: number) => `Do step ${step} again`,
  skip: (step: number) => `Leave out step ${step}`,
  edit: 'Change the steps ahead…',
  editTitle: (step: number) => `Change the steps from ${step} on`,
  editLead: 'The run goes on with them. Who has started it may change them.',
  sending: 'Going on…',
  call: 'Paused',
  whoMay: 'Operators and owners of its project may let it go on.',
  sent: 'The run goes on.',
  resumedBy: (who: string, at: string) => `${who} has let it go on at ${at}.`,
};
export type PauseTexts = typeof englishPause;
