import type { RunState } from '#shared/domain/run/states.ts';

/** A successful request and its answer. A test sends each one. */
export interface EndpointExample {
  summary: string;
  /** The caller; by default a member with a project, authenticated by key or token. `key`: by key only. */
  as?: 'admin' | 'key' | 'nobody';
  /** Fixtures that have to exist besides those that the request names. */
  given?: readonly SampleName[];
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
  status: number;
  /** JSON; absent if the answer is a file or a stream. */
  reply?: unknown;
}

/** Placeholders in examples, replaced by real fixtures in the test. */
export const SAMPLE = {
  project: '5f2b8c1e-7d94-4a36-b0f8-2c9e61d7a350',
  /** A run on a live runner. */
  heldRun: '7b20c9e4-5d18-4f6a-93c7-e04a8f1b62d5',
  /** A run whose page is pictured. */
  watchedRun: '5c3a8e17-b09d-4e62-8f41-d27c60b9a513',
  runner: 'c85f1b7a-9e02-4d63-8a4b-20d7e6f3915c',
  queuedRun: '0c9d4e7a-3b58-4f12-9a6d-e81f72c5b043',
  runningRun: '8e1a5d3f-64c2-4b97-8d0e-3f7b92a6c15d',
  /** It asks for a code, in its first step. */
  pausedRun: '7c2f5a1e-9b46-4d38-8e07-31fd6a92c5b8',
  askingRun: '4b7e1c9d-0f63-4a82-b5d8-c29e6a13f704',
  /** The token of a link that answers a run. */
  answerToken: 'AZK2v3Hk4xrOcrz0-8QmHwAAAAEAAAAAAZrGqk3I5bQ2yT1pRz8nWc6uVdKfXo9sLhJe7gMaYiCt0lBx',
  /** The page that it had after its first step is kept. */
  checkedRun: '93c1d7e5-2f4a-4b86-8e0d-71b5a9c36f28',
  passedRun: 'd47f2b90-1e6c-4c85-a3b7-95e0c8d16f2a',
  cancelledRun: '61b8e3c7-f052-4d9a-b7e4-0a2d5c93f81e',
  cancelJob: '2a7c9f05-8b3d-4e61-9c58-d6f14e0b7a92',
  gateway: 'd90b3f26-7e14-4c58-8a61-f3c05b9e2d74',
  supervisor: 'a1d70e4c-36b9-4f85-92e0-7c5b8f13d264',
  apiKey: 'b3e60d18-5c7f-4a29-8e94-7d1f3a6c502b',
  /** The caller. */
  user: 'f91c6a47-2d80-4b5e-a7c3-8e05d4b91f6a',
  email: 'ann@example.com',
  password: 'correct horse battery staple',
  /** Another user. */
  colleague: '3e8d5b72-90c4-4f1a-bd36-57a2e9c08f14',
  colleagueEmail: 'bob@example.com',
  newEmail: 'eve@example.com',
  /** Sent to `newEmail`, for the caller's project. */
  sentInvitation: '7c4e19d2-a05b-4e38-9f61-b8d2073ac5e4',
  /** Received by the caller, for `invitedTo`. */
  receivedInvitation: 'e2586f0b-1d97-4c4a-b3e8-60f7a92d14c5',
  invitedTo: '1b9f7d3e-8c26-4a05-9e74-d35c0a6812fb',
  /** The name of a login profile of the project, which has a saved login. */
  profile: 'shop_account',
  /** The named flow that logs in for it. */
  loginFlow: 'log-in-to-the-shop',
  /** The name of a secret of the project. */
  secret: 'shop_login',
  /** A run that has used the secret. */
  secretRun: 'c2f80d6b-93a4-4e17-8b5c-6d1e07f9a3b8',
  webhook: '4d0a7be1-58c3-4f92-a6d8-91e2b35c07f4',
  /** A delivery to `webhook`, of a run that was queued. */
  delivery: '86f3c1d5-2e7b-4a08-bd94-0c5e7a19f3b2',
  /** Has two versions, and a run that passed. */
  flow: 'order-ghost-mug',
  deletedFlow: 'order-plain-mug',
  /** A schedule of `checkFlow`, of which one run has passed and one time was left out. */
  schedule: 'nightly-check',
  checkFlow: 'check-the-shop',
  /** A batch of `checkFlow`, whose one test has passed. */
  batch: '0a6f4e29-c71d-4b85-9e38-5d2b8f13a7c6',
  /** One that goes on. */
  liveBatch: 'e8b35d17-40fa-4c92-8d61-b97a2c05f3e4',
} as const;
export type SampleName = keyof typeof SAMPLE;

/** Values that differ each time; only their form is compared. */
export const ANY = { id: '9d3a7e61-4c28-4b0f-8e5d-1f6b0c92a7d4', time: '2026-11-25T12:00:00.000Z' } as const;

/** Machine states in examples. */
export const STATE = {
  queued: 'running.queued',
  launching: 'running.launching',
  checkpoint: 'running.stepping.checkpoint',
  acting: 'running.stepping.acting',
  settling: 'running.settling',
} as const satisfies Record<string, RunState>;
