/** Texts of the form in which a run is forked off another one. */
export const englishFork = {
  button: (step: number) => `Fork from step ${step}`,
  hint: 'Begin a new run here, at the page as it was then',
  title: (step: number, run: string) => `Begin a run at step ${step} of ${run}`,
  lead: 'The new run has the cookies and storage of the page as it was then, its address, and the results and answers of the steps before. They count as done.',
  lacks:
    'It does not have what was typed into forms and not sent, nor what scripts kept in memory. What else is missing stands on the new run.',
  steps: 'The steps ahead, as JSON',
  start: 'Begin the run',
  starting: 'Starting…',
  close: 'Close',
  noSteps: 'must have a list of steps',
  notRead: 'The steps of the flow could not be read.',
  secret: 'is a secret of another user: give your own below',
};
export type ForkTexts = typeof englishFork;
