import type { AnyTool } from '../tool.ts';
import { answerRunTool } from './answer-run.ts';
import { cancelRunTool } from './cancel-run.ts';
import { getRunTool } from './get-run.ts';
import { listFlowsTool } from './list-flows.ts';
import { listRunsTool } from './list-runs.ts';
import { receiptTool } from './receipt.ts';
import { runFlowTool } from './run-flow.ts';
import { screenshotTool } from './screenshot.ts';
import { watchRunTool } from './watch-run.ts';

/** All tools, in the order in which they are offered. */
export const MCP_TOOLS: readonly AnyTool[] = [
  runFlowTool,
  watchRunTool,
  getRunTool,
  answerRunTool,
  screenshotTool,
  cancelRunTool,
  receiptTool,
  listRunsTool,
  listFlowsTool,
];
