import { listenForStop } from '#shared/platform/process/stop-signals.ts';
import { defineCommand, parseWholeNumber, UsageError } from '../command.ts';
import { openShop } from '../demo/shop/shop.ts';
import { SHOP_PORT } from '../flow/sample-site.ts';

export const command = defineCommand({
  about: ['Serves the shop that the flows in examples/ visit, until Ctrl-C.'],
  usage: '',
  options: {
    port: {
      type: 'string',
      default: String(SHOP_PORT),
      value: 'N',
      help: `the port (${SHOP_PORT}; 0: any free one)`,
    },
  },
  positionals: { min: 0, max: 0 },
  examples: [['--port 0', 'on any free port']],
  run: async ({ out }, { port }) => {
    const stop = listenForStop(process, () => performance.now());
    try {
      await using shop = await openShop(parseWholeNumber('--port', port, 0, 65_535));
      out(`The sample shop is open at ${shop.url}. Ctrl-C closes it.`);
      await stop.first;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      throw new UsageError(`port ${port} is in use: choose another with --port N (0: any free one)`);
    } finally {
      stop.dispose();
    }
    return 0;
  },
});
