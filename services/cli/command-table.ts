import type { CommandTable } from './command.ts';

/** Each command is loaded when it is asked for. */
export const COMMANDS: CommandTable = {
  Runs: {
    run: ['start a flow; with --watch, see each step as it ends', () => import('./commands/run.ts')],
    watch: ['watch a run until it ends', () => import('./commands/watch.ts')],
    runs: ['list runs, newest first', () => import('./commands/runs.ts')],
    cancel: ['stop a run, or many', () => import('./commands/cancel.ts')],
    receipt: ['show what a cancel did, hop by hop', () => import('./commands/receipt.ts')],
    rerun: ['start the flow of a run again', () => import('./commands/rerun.ts')],
  },
  Access: {
    projects: ['list, add and remove projects and their members', () => import('./commands/projects.ts')],
    invitations: [
      'list, accept and decline invitations into projects',
      () => import('./commands/invitations.ts'),
    ],
    keys: ['list, make and revoke API keys', () => import('./commands/keys.ts')],
    password: ['change your password', () => import('./commands/password.ts')],
    'sign-out': ['end all your sign-ins, wherever they are', () => import('./commands/sign-out.ts')],
  },
  'This machine': {
    up: ['start everything on this machine', () => import('./commands/up.ts')],
    status: ['show what runs', () => import('./commands/status.ts')],
    logs: ['show what the processes wrote', () => import('./commands/logs.ts')],
    down: ['stop everything', () => import('./commands/down.ts')],
    setup: ['find or get what is missing on this machine', () => import('./commands/setup.ts')],
    prepare: [
      'make the schema and the first account in a database of your own',
      () => import('./commands/prepare.ts'),
    ],
    completion: ['print what makes your shell complete all this', () => import('./commands/completion.ts')],
  },
  'To try it': {
    demo: ['see it all on a stack of its own, in ten seconds', () => import('./commands/demo.ts')],
    shop: ['serve the sample shop that the examples visit', () => import('./commands/shop.ts')],
  },
};
