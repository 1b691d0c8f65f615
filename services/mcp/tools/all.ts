import type { AnyTool } from '../tool.ts';
import { cancelRun } from './cancel-run.ts';
import { getRun } from './get-run.ts';
import { listRuns } from './list-runs.ts';
import { receipt } from './receipt.ts';
import { runFlow } from './run-flow.ts';
import { screenshot } from './screenshot.ts';
import { watchRun } from './watch-run.ts';

/** All tools, in the order in which they are offered. */
export const TOOLS: readonly AnyTool[] = [
  runFlow,
  watchRun,
  getRun,
  screenshot,
  cancelRun,
  receipt,
  listRuns,
];
