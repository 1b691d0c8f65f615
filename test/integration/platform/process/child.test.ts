/* The end of a child is noticed, after its last line, and what it has started ends with it. */
import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { ChildEndedError, followChild } from '#shared/platform/process/child.ts';
import { isAlive } from '#shared/platform/process/identity.ts';
import { eventually } from '../../../support/eventually.ts';

const shell = (script: string, options: { leadsGroup?: boolean; remembered?: number } = {}) => {
  const child = followChild(spawn('sh', ['-c', script], { detached: true }), options);
  onTestFinished(async () => void (await child.stop()));
  return child;
};

/** The pid that it has written, of a process of its own, which is ended after the test. */
const pidIn = (line: string): number => {
  const pid = Number(line);
  onTestFinished(() => void (isAlive(pid) && process.kill(pid, 'SIGKILL')));
  return pid;
};

test('a child is gone once it has exited, though a process that it started holds its output', async () => {
  const child = shell('sleep 600 & echo $!; wait');
  const pid = pidIn(await child.line(() => true));
  expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  expect(isAlive(pid)).toBe(true);
  expect(child.process.stdout?.destroyed).toBe(true); // or it would keep this process from its end
});

test('a child has said its last line, though that lacks its end and its output is held open', async () => {
  const child = shell('sleep 600 & echo $!; printf "why it failed"; exit 3');
  const pid = pidIn(await child.line(() => true));
  expect(await child.exited).toEqual({ code: 3, signal: null });
  expect(child.lines).toEqual([`${pid}`, 'why it failed']);
});

test('what a child leaves in the group that it leads is ended with it', async () => {
  const child = shell('sleep 600 & echo $!; wait', { leadsGroup: true });
  const pid = pidIn(await child.line(() => true));
  child.process.kill('SIGKILL');
  await child.exited;
  await eventually(() => expect(isAlive(pid)).toBe(false));
});

test('a child that ignores SIGTERM is killed after its time', async () => {
  const child = shell('trap "" TERM; echo ready; while :; do sleep 0.1; done', { leadsGroup: true });
  await child.line((line) => line === 'ready');
  expect(await child.stop([['SIGTERM', 50]])).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a caller that waits for a sign of a child learns of its end', async () => {
  const child = shell('echo one; echo two; echo three >&2; exit 3', { remembered: 2 });
  const error = await child.line((line) => line === 'never').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ChildEndedError);
  expect(error).toMatchObject({ exit: { code: 3, signal: null } });
  expect(child.lines).toHaveLength(2);
});

test('a program that is missing has ended, and says why', async () => {
  const child = followChild(spawn('/nonexistent/program', []));
  expect(await child.exited).toEqual({ code: null, signal: null });
  expect(child.lines).toEqual(['spawn /nonexistent/program ENOENT']);
});
