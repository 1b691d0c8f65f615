#!/usr/bin/env node
import { resolve } from 'node:path';
import { COMMANDS } from './command-table.ts';
import { withCompileCache } from './compile-cache.ts';
import { asksForJson, dispatch } from './dispatch.ts';
import { askSecretOn, askTextOn, confirmOn } from './view/questions.ts';

// A closed output (`| head`) must not leave a stack half stopped.
const outClosed = new AbortController();
process.stdout.on('error', () => outClosed.abort());
process.stderr.on('error', () => {});

const isJson = asksForJson(process.argv);
const say = (line: string) => void process.stderr.write(`${line}\n`);
const context = {
  outClosed: outClosed.signal,
  env: withCompileCache(process.env),
  cwd: process.cwd(),
  root: resolve(import.meta.dirname, '../..'),
  out: (line: string) => void process.stdout.write(`${line}\n`),
  err: (line: string) => say(isJson ? JSON.stringify({ note: line }) : line),
  confirm: confirmOn(process.stdin, process.stderr),
  ask: askTextOn(process.stdin, process.stderr),
  askSecret: askSecretOn(process.stdin, process.stderr),
};

try {
  process.exit(await dispatch(COMMANDS, process.argv.slice(2), context));
} catch (error) {
  const { errorJson, errorText, exitCodeOf } = await import('./error-text.ts');
  if (isJson) say(errorJson(error));
  else {
    context.err(`ghostly: ${errorText(error)}`);
    const { outageBehind } = await import('./gateway/outages.ts');
    for (const line of await outageBehind(error, context)) context.err(line);
  }
  process.exit(exitCodeOf(error));
}
