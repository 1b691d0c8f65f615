import { defineCommand } from '../command.ts';
import { prepareMachine } from '../setup/setup.ts';

export const command = defineCommand({
  about: ['Finds nats-server and Chromium, or gets them, and says in one line each what it found or did.'],
  usage: '',
  options: {},
  positionals: { min: 0, max: 0 },
  examples: [],
  run: async ({ env, out, err }) => {
    const needs = { postgres: true, nats: true, chromium: true };
    const prepared = await prepareMachine(needs, { env, say: out, onWarn: err });
    return prepared === undefined ? 1 : 0;
  },
});
