import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalError } from '#shared/adapters/binaries/errors.ts';
import { followChild } from '#shared/platform/process/child.ts';
import { listenForStop } from '#shared/platform/process/stop-signals.ts';
import { type CommandContext, defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { type GatewayAddress, locateGateway, locateUrl } from '../gateway/locate.ts';
import { homeOf } from '../up/home/home.ts';

/** A process of its own, which speaks the protocol on stdin and stdout. */
const SERVER = fileURLToPath(new URL('../../mcp/main.ts', import.meta.url));

export const command = defineCommand({
  about: [
    'Offers runs as tools to agents (Model Context Protocol): over stdio, with the API key of this machine, or with',
    '--http to many callers, each with its own key as a bearer token. See docs/agents.md.',
  ],
  usage: '',
  options: {
    config: {
      type: 'boolean',
      default: false,
      help: 'print what a client such as Claude Desktop or Cursor needs to start it',
    },
    http: { type: 'boolean', default: false, help: 'serve http://127.0.0.1:4100/mcp instead of stdio' },
    host: { type: 'string', value: 'HOST', help: 'with --http: address to listen on (127.0.0.1)' },
    port: { type: 'string', value: 'N', help: 'with --http: port to listen on (4100; 0: any free one)' },
    'public-url': {
      type: 'string',
      value: 'URL',
      multiple: true,
      help: 'with --http: URL by which clients reach it; can be repeated',
    },
  },
  positionals: { min: 0, max: 0 },
  examples: [
    ['--config', 'the entry for the configuration of a client, which then starts `ghostly mcp` itself'],
    ['--http --port 0', 'over HTTP, on any free port'],
  ],
  run: async ({ env, cwd, root, out }, { config, ...values }) => {
    if (config) {
      out(JSON.stringify(clientConfig({ env, cwd, root }), null, 2));
      return 0;
    }
    // Over HTTP each caller sends a key of its own.
    const address = values.http ? { url: await locateUrl(env, cwd) } : await locateGateway(env, cwd);
    return runServer(flagsOf(values), environmentOf(address, env));
  },
});

/** Paths are absolute, since clients start it from anywhere. It reads the key of the local stack when it starts. */
function clientConfig({ env, cwd, root }: Pick<CommandContext, 'env' | 'cwd' | 'root'>) {
  const { GHOSTLY_URL: url } = env;
  const variables = url
    ? { GHOSTLY_URL: url, GHOSTLY_API_KEY: 'gly_…' }
    : { GHOSTLY_HOME: homeOf(env, cwd).path };
  const args = [join(root, 'services/cli/main.ts'), 'mcp'];
  return { mcpServers: { ghostly: { command: process.execPath, args, env: variables } } };
}

const flagsOf = (values: Readonly<Record<string, string | boolean | string[] | undefined>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [value].flat().flatMap((text) => [`--${name}`, text]);
  });

/** Over HTTP the callers bring keys of their own. */
const environmentOf = (
  { url, apiKey }: Pick<GatewayAddress, 'url'> & Partial<GatewayAddress>,
  env: NodeJS.ProcessEnv,
) => ({
  ...env,
  GHOSTLY_URL: url,
  GHOSTLY_API_KEY: apiKey,
});

/** Resolves to its exit code. It ends with this process, by the channel between them. */
async function runServer(flags: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const stop = listenForStop(process, () => performance.now());
  try {
    const child = spawn(process.execPath, [SERVER, ...flags], {
      env,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    void stop.first.then((signal) => child.kill(signal));
    const { pid, lines, exited } = followChild(child);
    const { code } = await exited;
    if (pid === undefined)
      throw new LocalError('server_start_failed', `the MCP server could not be started: ${lines.at(-1)}`);
    return code === null || code === 1 ? EXIT.refused : code;
  } finally {
    stop.dispose();
  }
}
