import { OUTAGE_TEXT } from '#shared/domain/words/outage-text.ts';

/** Texts of what is around every page, and of how a run stands. */
export const englishFrame = {
  app: {
    skip: 'Skip to the content',
    runs: 'Runs',
    flows: 'Flows',
    system: 'System',
    newRun: 'New run',
    waiting: 'Waiting for you',
    runWaits: 'A run waits for you',
    noticesOn: 'Notify me when a run waits for me',
    noticesOff: 'Do not notify me any more',
    noticesRefused: 'Your browser does not allow notifications here.',
    vault: 'Vault',
    profiles: 'Logins',
    webhooks: 'Webhooks',
    api: 'API reference',
    menu: 'Account and settings',
    theme: 'Theme',
    themes: { auto: 'Like the system', light: 'Light', dark: 'Dark' },
    language: 'Language',
    signOut: 'Sign out',
    notSignedOut: 'The gateway does not answer: you are still signed in.',
    lost: 'The gateway does not answer. Trying again…',
    notLoaded: 'A part of this page could not be loaded. Reload the page.',
    asItWas: (at: string) => `As it was at ${at}`,
    notNow: 'This cannot be sent now; as soon as there are answers again, it can be.',
    broken: 'This view could not be drawn.',
    brokenLead: 'The error is in this page. Runs go on without it.',
    close: 'Close',
    retry: 'Try again',
    unknownPage: 'There is no such page.',
    toRuns: 'To the runs',
    copied: 'Copied',
    copyId: 'Copy the id',
    copyLink: 'Copy a link to this moment',
  },
  standing: {
    queued: 'queued',
    running: 'running',
    cancelling: 'cancelling',
    pass: 'passed',
    fail: 'failed',
    cancelled: 'cancelled',
    lost: 'lost',
  },
  outages: {
    ...OUTAGE_TEXT,
    network: {
      since: (since: string) => `Your device has been offline since ${since}.`,
      meanwhile: () =>
        'Runs go on without it. Until you are online again nothing can be started or cancelled here, and nothing new is shown.',
      over: 'You are online again; nothing was missed.',
    },
    gateway: {
      since: (since: string) => `The gateway has not answered since ${since}.`,
      meanwhile: () =>
        'Runs go on without it. Until it answers nothing can be started or cancelled here, and nothing new is shown. Trying again…',
      over: 'The gateway answers again; nothing was missed.',
    },
  },
};
