import type { CommandContext } from '../command.ts';
import { defineCommand, wholeNumber } from '../command.ts';
import { runUp } from '../up/run-up.ts';
import { serviceScripts } from '../up/settings.ts';

const MOST = 64;

export const command = defineCommand({
  usage: '[--runners N] [--gateways N] [--port N]',
  help: [
    '--runners N   runner processes (1)',
    '--gateways N  gateway processes (1), on ports from --port on',
    '--port N      port of the first gateway (PORT or 4000; 0: any free one)',
    '',
    'Everything is kept in GHOSTLY_HOME (.ghostly). DATABASE_URL and NATS_URL, if set, are used instead of own servers.',
  ],
  options: {
    runners: { type: 'string', default: '1' },
    gateways: { type: 'string', default: '1' },
    port: { type: 'string' },
  },
  positionals: { min: 0, max: 0 },
  run: async (context: CommandContext, values) => {
    const args = {
      runners: wholeNumber('--runners', values.runners, 0, MOST),
      gateways: wholeNumber('--gateways', values.gateways, 1, MOST),
      port: values.port === undefined ? undefined : wholeNumber('--port', values.port, 0, 65_535),
    };
    const { prepareDatabase } = await import('#shared/database/bootstrap.ts');
    const now = () => performance.now();
    const scripts = serviceScripts(context.root);
    return runUp(args, { context, scripts, prepareDatabase, signals: process, now });
  },
});
