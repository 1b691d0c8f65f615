#!/usr/bin/env node
import { resolve } from 'node:path';
import { type CommandTable, dispatch } from './dispatch.ts';

const COMMANDS: CommandTable = {
  up: ['start everything on this machine', () => import('./commands/up.ts')],
  status: ['show what runs', () => import('./commands/status.ts')],
  logs: ['show what the processes wrote', () => import('./commands/logs.ts')],
  down: ['stop everything', () => import('./commands/down.ts')],
  run: ['start a flow, and watch it with --watch', () => import('./commands/run.ts')],
  runs: ['list runs, newest first', () => import('./commands/runs.ts')],
  watch: ['watch a run until it ends', () => import('./commands/watch.ts')],
  cancel: ['stop a run', () => import('./commands/cancel.ts')],
  shop: ['serve the sample shop that the examples visit', () => import('./commands/shop.ts')],
  demo: ['see it all on a stack of its own, in ten seconds', () => import('./commands/demo.ts')],
  prepare: [
    'make the schema and the first account in a database of your own',
    () => import('./commands/prepare.ts'),
  ],
  setup: ['find or get what is missing on this machine', () => import('./commands/setup.ts')],
};

// A reader that went away (`| head`) is no reason to leave a stack half stopped.
const outClosed = new AbortController();
process.stdout.on('error', () => outClosed.abort());
process.stderr.on('error', () => {});

const context = {
  outClosed: outClosed.signal,
  env: process.env,
  cwd: process.cwd(),
  root: resolve(import.meta.dirname, '../..'),
  out: (line: string) => void process.stdout.write(`${line}\n`),
  err: (line: string) => void process.stderr.write(`${line}\n`),
};

try {
  process.exit(await dispatch(COMMANDS, process.argv.slice(2), context));
} catch (error) {
  const { errorText } = await import('./error-text.ts');
  context.err(`ghostly: ${errorText(error)}`);
  process.exit(1);
}
