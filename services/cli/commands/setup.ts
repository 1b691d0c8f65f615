import { defineCommand } from '../command.ts';
import { prepareMachine } from '../setup/setup.ts';

export const command = defineCommand({
  about: ['Finds or downloads nats-server and Chromium, and reports each in one line.'],
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
