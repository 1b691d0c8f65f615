/** Texts of what is done in the list of runs: its keys. */
export const list = {
  keys: {
    title: 'Keys of the list',
    show: 'Show the keys',
    search: 'Go to the search',
    next: 'To the next run',
    previous: 'To the previous run',
    open: 'Open the run',
    select: 'Select the run, or remove it from the selection',
    range: 'Select everything from the last selected run to this one',
    cancel: 'Cancel the selected runs',
    help: 'Show these keys',
    use: 'Use single letters as shortcuts',
    useHint: 'Turn it off if you speak to your browser, or press keys by mistake.',
  },
};
