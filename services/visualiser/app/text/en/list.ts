/** Texts of what is done in the list of runs: its keys. */
export const list = {
  keys: {
    title: 'Keys of the list',
    show: 'Show the keys',
    search: 'Go to the search',
    next: 'To the next run',
    previous: 'To the run before',
    open: 'Open the run',
    select: 'Select the run, or take it from the selection',
    range: 'Select everything from the last one to it',
    cancel: 'Cancel the selected runs',
    help: 'Show these keys',
    use: 'Single letters do something',
    useHint: 'Turn it off if you speak to your browser, or press keys by mistake.',
  },
};
