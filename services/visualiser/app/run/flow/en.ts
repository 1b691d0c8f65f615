/** Texts of the flow of a run, to be read, edited and run again. */
export const englishFlow = {
  flow: {
    open: 'Flow',
    openEdited: 'Flow, edited',
    title: (run: string) => `Flow of run ${run}`,
    again: 'Run again',
    againEdited: 'Run the edited flow',
    busy: 'Starting…',
    close: 'Close',
    json: 'The flow as JSON',
    copy: 'Copy the flow',
    steps: 'Steps',
    own: 'You wrote this flow. Whatever you change here starts a new run; this one stays as it is.',
    others:
      'Another user wrote this flow. Anyone who may start runs in its project may edit it and run it again, as a new run of their own.',
    ownHidden:
      'Your secrets are hidden as [REDACTED]. Each is kept as long as its step has the same selector or address; type over one to change it.',
    othersHidden: 'Its secrets are hidden as [REDACTED]; they are not given to you, so enter your own below.',
    hiddenMoved:
      '[REDACTED] stands for a text that is hidden: leave the step as it was, or write the text itself',
    hiddenOther: '[REDACTED] stands for a text that only its author may use: write your own',
    secrets: 'Your secrets for this flow',
    secretsHint: 'They replace [REDACTED] and are shown to nobody else.',
    secretStep: (step: number, isCleanup: boolean) => `Step ${step}${isCleanup ? ' of onCancel' : ''}`,
    secretAddress: 'Address of the site, with its password',
    secretInput: (name: string) => `Input ${name}`,
    inputs: 'Inputs',
    required: '(required)',
    secretKept: 'kept as it is',
    secretNeeded: 'needs a secret of your own',
    secretsNeeded: 'Some secrets are still missing: enter your own.',
    kept: 'Your changes are kept in this tab until you start or undo them.',
    undo: 'Undo the changes',
    notRead: 'The flow could not be read.',
    notStarted: 'It could not be started again.',
    forbidden: 'You may read this flow, but not start runs in its project.',
  },
};
