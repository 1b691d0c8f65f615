import { DATABASE_TEMPLATE, REQUIRED_PARTS } from '#shared/platform/build/parts.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { ensureBuilt } from '../setup/ensure-built.ts';
import { prepareMachine } from '../setup/setup.ts';

export const command = defineCommand({
  about: ['Finds or downloads nats-server and Chromium, builds what is built, and reports each in one line.'],
  usage: '',
  options: {},
  positionals: { min: 0, max: 0 },
  examples: [],
  run: async ({ env, root, out, err }) => {
    const needs = { postgres: true, nats: true, chromium: true };
    const prepared = await prepareMachine(needs, { env, say: out, onWarn: err });
    const built = [];
    for (const part of REQUIRED_PARTS) built.push(await ensureBuilt(root, part, out));
    await ensureBuilt(root, DATABASE_TEMPLATE, out);
    return prepared === undefined || built.includes(undefined) ? EXIT.refused : EXIT.done;
  },
});
