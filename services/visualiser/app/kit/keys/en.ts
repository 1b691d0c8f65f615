/** Texts of what keys do. */
export const englishKeys = {
  use: 'Use single letters as shortcuts',
  useHint: 'Turn it off if you speak to your browser, or press keys by mistake.',
  ofList: {
    title: 'Keys of the list',
    search: 'Go to the search',
    next: 'To the next run',
    previous: 'To the previous run',
    open: 'Open the run',
    select: 'Select the run, or remove it from the selection',
    range: 'Select everything from the last selected run to this one',
    cancel: 'Cancel the selected runs',
    help: 'Show these keys',
  },
  ofRun: {
    title: 'Keys of a run',
    stop: 'Stop the run',
    again: 'Run it again',
    edit: 'Edit its flow',
    previousStep: 'To the end of the step before',
    nextStep: 'To the end of the next step',
    previousEvent: 'To the event before',
    nextEvent: 'To the next event',
    picture: 'Show the picture as large as it fits',
    help: 'Show these keys',
  },
};
export type KeysTexts = typeof englishKeys;
