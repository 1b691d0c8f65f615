import type { CommandContext } from '../command.ts';
import { defineCommand, parseWholeNumber } from '../command.ts';
import { serviceScripts } from '../up/built.ts';
import { runUp } from '../up/run-up.ts';

const MOST = 64;

export const command = defineCommand({
  about: [
    'Starts PostgreSQL, NATS, gateways, runners and a supervisor as separate processes, until Ctrl-C.',
    'All data is stored in GHOSTLY_HOME (.ghostly). DATABASE_URL and NATS_URL, if set, replace the local servers.',
  ],
  usage: '',
  options: {
    runners: { type: 'string', default: '1', value: 'N', help: 'runner processes (1)' },
    gateways: {
      type: 'string',
      default: '1',
      value: 'N',
      help: 'gateway processes (1), on the next free ports',
    },
    port: { type: 'string', value: 'N', help: 'port of the first gateway (PORT or 4000; 0: any free one)' },
  },
  positionals: { min: 0, max: 0 },
  examples: [
    ['', 'one of each, on port 4000'],
    ['--runners 3 --port 0', 'three runners, on any free port'],
  ],
  run: async (context: CommandContext, values) => {
    const args = {
      runners: parseWholeNumber('--runners', values.runners, 0, MOST),
      gateways: parseWholeNumber('--gateways', values.gateways, 1, MOST),
      port: values.port === undefined ? undefined : parseWholeNumber('--port', values.port, 0, 65_535),
    };
    const { loadForNewDatabase, prepareDatabase } = await import('#shared/adapters/database/bootstrap.ts');
    const now = () => performance.now();
    return runUp(args, {
      context,
      serviceScripts,
      prepareDatabase,
      loadForNewDatabase,
      signals: process,
      now,
    });
  },
});
