/** Texts of what a run has found. */
export const englishResults = {
  results: {
    title: 'Results',
    name: 'Name',
    type: 'Type',
    value: 'Value',
    actions: 'Copy and save',
    empty: '(empty)',
    kinds: {
      text: 'text',
      number: 'number',
      boolean: 'yes or no',
      null: 'nothing',
      table: 'table',
      list: 'list',
      object: 'object',
    },
    rows: (count: number) => (count === 1 ? '1 row' : `${count} rows`),
    moreRows: (next: number, left: number) =>
      next === left ? `${left} more rows` : `${next} of ${left} more rows`,
    fewerRows: 'Only the first rows',
    copy: (name: string) => `Copy ${name}`,
    copyAll: 'Copy all results as JSON',
    saveJson: (name: string) => `save ${name} as JSON`,
    saveCsv: (name: string) => `save ${name} as CSV`,
    saveAll: 'save all results as JSON',
    csvHint:
      'In a CSV file a text that a spreadsheet would take for a formula has an apostrophe before it. JSON has every value as it is.',
  },
};
