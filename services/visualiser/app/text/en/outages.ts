import { OUTAGE_TEXT } from '#shared/contract/outage-text.ts';

/** Texts of what cannot be reached. */
export const outages = {
  outages: {
    ...OUTAGE_TEXT,
    gateway: {
      since: (since: string) => `The gateway has not answered since ${since}.`,
      meanwhile: () =>
        'Runs go on without it. Until it answers nothing can be started or cancelled here, and nothing new is shown. Trying again…',
      over: 'The gateway answers again; nothing was missed.',
    },
  },
};
