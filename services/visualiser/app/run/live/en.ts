/** Texts of the page of a run as it is seen live, and of the wall of all of them. */
export const englishLive = {
  alt: 'The page of the run, live',
  live: 'Live',
  away: 'Connecting again…',
  covered: 'Covered: the page may show a secret.',
  saves: 'Reduced data: a picture every few seconds',
  pages: 'Pages of the run',
  page: 'Page',
  popup: (number: number) => `Popup ${number}`,
  wall: 'Live wall',
  count: (shown: number) => (shown === 1 ? '1 run goes on' : `${shown} runs go on`),
  most: (most: number) => `The newest ${most} are shown.`,
  none: 'No run goes on.',
  noneLead: 'Runs appear here as soon as they are on a runner.',
  waiting: 'No picture yet',
};
export type LiveTexts = typeof englishLive;
