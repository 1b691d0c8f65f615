/* The MCP server gets its key from the environment or from its callers, and a wrong option is named. */
import { expect, test } from 'vitest';
import { OptionError, readMcpOptions } from '../../../services/mcp/options.ts';

const ENV = { GHOSTLY_URL: 'http://127.0.0.1:4000', GHOSTLY_API_KEY: 'gly_a' };

test('over stdio the key comes from the environment, over HTTP from the callers', () => {
  expect(readMcpOptions([], ENV)).toEqual({ url: ENV.GHOSTLY_URL, apiKey: 'gly_a', http: undefined });
  expect(readMcpOptions(['--http', '--port', '0', '--public-url', 'https://a.example'], ENV)).toEqual({
    url: ENV.GHOSTLY_URL,
    apiKey: undefined,
    http: { host: '127.0.0.1', port: 0, publicUrls: ['https://a.example'] },
  });
});

test.each<[string, string[], NodeJS.ProcessEnv]>([
  ['GHOSTLY_URL is not set', [], {}],
  ['GHOSTLY_API_KEY is not set', [], { GHOSTLY_URL: ENV.GHOSTLY_URL }],
  ['--port must be', ['--http', '--port', '65536'], ENV],
  ['--public-url must be', ['--http', '--public-url', 'a.example'], ENV],
  ['--prot', ['--prot'], ENV],
])('"%s" is answered with a line', (words, args, env) => {
  const read = () => readMcpOptions(args, env);
  expect(read).toThrow(OptionError);
  expect(read).toThrow(words);
});
