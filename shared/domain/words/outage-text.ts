/**
 * What an outage means, in English: since when, and what goes on meanwhile. Times are texts, in the reader's time zone; they
 * do not grow, so that one outage is announced once.
 */
export const OUTAGE_TEXT = {
  database: {
    since: (since: string) => `PostgreSQL has been out of reach since ${since}.`,
    meanwhile: (until: string) =>
      `Nothing can be started or cancelled until it answers, and nothing new is shown. Runs on runners go on until about ${until}; if it does not answer by then, their pages are closed and these runs are lost. Runs that wait keep their place.`,
    /** The same once that time is over. */
    past: (until: string) =>
      `Nothing can be started or cancelled until it answers, and nothing new is shown. Runs on runners went on until about ${until}; since then their pages are closed, and these runs are lost. Runs that wait keep their place.`,
    over: 'PostgreSQL answers again.',
    /** Where it is not known until when runs go on. */
    stands: 'Nothing can be started or cancelled until it answers, and nothing new is shown.',
  },
  nats: {
    since: (since: string) => `NATS has been out of reach since ${since}.`,
    meanwhile: () =>
      'Runs go on. New ones start and cancels take effect within a few seconds instead of at once, and what happens is shown up to a second later. Subscribers over NATS get their events when it is back.',
    over: 'NATS answers again.',
  },
};
