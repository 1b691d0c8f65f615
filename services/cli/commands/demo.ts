import { defineCommand } from '../command.ts';
import { runDemo } from '../demo/demo.ts';
import { createStage } from '../demo/stage.ts';
import { listenForRequests } from '../local-stack/stop-request.ts';
import { terminalOf } from '../view/terminal.ts';

export const command = defineCommand({
  about: [
    'Starts its own stack on free ports and a sample shop, runs a flow that passes, one that fails and one that is',
    'cancelled while it waits, shows their live events and the times of the cancel, and removes everything again.',
  ],
  usage: '',
  options: {},
  positionals: { min: 0, max: 0 },
  examples: [],
  notes: ['Exit code 0: all three ended as expected, and nothing was left behind.'],
  run: async (context) => {
    const now = () => performance.now();
    const stop = listenForRequests(context.env);
    try {
      const stage = createStage(terminalOf(context.env, process.stdout), Date.now);
      return await runDemo({ context, stage, stop, now, wallClock: Date.now });
    } finally {
      stop.dispose();
    }
  },
});
