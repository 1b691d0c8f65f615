/** Texts of runs that are selected in the list, and of their cancel. */
export const englishSelection = {
  selection: {
    title: 'Selected runs',
    pick: (run: string) => `Select run ${run}`,
    pickAll: 'Select all that are listed and have not ended',
    count: (count: number) =>
      count === 1 ? '1 run selected' : `${count.toLocaleString('en')} runs selected`,
    clear: 'Select none',
    cancel: (count: number) => (count === 1 ? 'Cancel 1 run…' : `Cancel ${count.toLocaleString('en')} runs…`),
  },
};
