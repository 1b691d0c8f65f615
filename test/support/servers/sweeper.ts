/*
 * A process beside a test run: when the run has ended, in whatever way, it ends and removes what is left of it. Hears of
 * the end by the pipe that is its stdin.
 */
import { sweep } from './run-folder.ts';

const [, , runFolder] = process.argv;
if (runFolder === undefined) throw new Error('no folder to sweep');

process.stdin.resume();
process.stdin.once('close', () => void sweep(runFolder));
