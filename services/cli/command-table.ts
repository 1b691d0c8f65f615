import type { CommandTable } from './command.ts';

/** Commands are loaded on demand. */
export const COMMANDS: CommandTable = {
  Runs: {
    run: ['start a flow; with --watch, show each step as it ends', () => import('./commands/run.ts')],
    watch: ['watch a run until it ends', () => import('./commands/watch.ts')],
    test: ['run flows as tests, with one report', () => import('./commands/test.ts')],
    runs: ['list runs, newest first', () => import('./commands/runs.ts')],
    answer: ['answer what a run asks', () => import('./commands/answer.ts')],
    pause: ['pause a run after its step', () => import('./commands/pause.ts')],
    resume: ['let a paused run go on, where it stands or elsewhere', () => import('./commands/resume.ts')],
    cancel: ['cancel one run or many', () => import('./commands/cancel.ts')],
    receipt: ['show what a cancel did, hop by hop', () => import('./commands/receipt.ts')],
    compare: ['compare a run with the last one like it that passed', () => import('./commands/compare.ts')],
    rerun: ['rerun the flow of a run', () => import('./commands/rerun.ts')],
    fork: ['begin a run at a step of another one', () => import('./commands/fork.ts')],
    trace: ["download Playwright's trace of a run", () => import('./commands/trace.ts')],
    flows: [
      'list, push, pull and compare the named flows of a project',
      () => import('./commands/project/flows.ts'),
    ],
    schedules: [
      'start named flows at times, and see what came of it',
      () => import('./commands/project/schedules.ts'),
    ],
    mcp: ['offer runs as tools to agents (MCP)', () => import('./commands/mcp.ts')],
  },
  Notifications: {
    webhooks: [
      'manage webhooks, see their deliveries, or listen to them here',
      () => import('./commands/project/webhooks.ts'),
    ],
  },
  Access: {
    projects: ['manage projects and their members', () => import('./commands/projects.ts')],
    invitations: [
      'list, accept and decline invitations to projects',
      () => import('./commands/invitations.ts'),
    ],
    keys: [
      'list, create and revoke API keys; make and check those of the vault',
      () => import('./commands/keys.ts'),
    ],
    secrets: [
      'give, list and delete the secrets of a project',
      () => import('./commands/project/secrets.ts'),
    ],
    password: ['change your password', () => import('./commands/account/password.ts')],
    'sign-out': ['end all your sessions on all devices', () => import('./commands/account/sign-out.ts')],
  },
  'This machine': {
    up: ['start everything on this machine', () => import('./commands/up.ts')],
    status: ['show which processes run', () => import('./commands/status.ts')],
    logs: ['show the logs of the processes', () => import('./commands/logs.ts')],
    down: ['stop everything', () => import('./commands/down.ts')],
    setup: [
      'find or download nats-server and Chromium, and build the services',
      () => import('./commands/setup.ts'),
    ],
    prepare: [
      'create the schema and the first account in a database of your own',
      () => import('./commands/prepare.ts'),
    ],
    completion: ['print a completion script for your shell', () => import('./commands/completion.ts')],
  },
  'To try it': {
    demo: ['see it all on a stack of its own, in ten seconds', () => import('./commands/demo.ts')],
    shop: ['serve the sample shop that the examples visit', () => import('./commands/shop.ts')],
  },
};
