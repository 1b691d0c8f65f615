/* `npm run pack:mcp [-- FOLDER]`: makes the package of the MCP server, so that `npx @ghostly/mcp` starts it, in FOLDER (dist). */
import { join } from 'node:path';
import { EVENT_SHAPES } from '#shared/domain/events/event-shapes.ts';
import { STATES } from '#shared/domain/run/state-table.ts';
import { computed } from '#shared/platform/build/computed.ts';
import manifest from '../../package.json' with { type: 'json' };
import { bundle, packPackage, ROOT } from '../packaging/pack.ts';

/** The package.json of the packed MCP server: our version, our licence, our versions of what it needs. */
const MCP_MANIFEST = {
  name: '@ghostly/mcp',
  version: manifest.version,
  description: "Ghostly's browser runs as tools for agents: a Model Context Protocol server",
  license: manifest.license,
  type: 'module',
  // Promise.withResolvers, URL.parse
  engines: { node: '>=22.12' },
  bin: { 'ghostly-mcp': 'dist/main.js' },
  files: ['dist'],
  dependencies: {
    '@modelcontextprotocol/sdk': manifest.dependencies['@modelcontextprotocol/sdk'],
    zod: manifest.dependencies.zod,
  },
} as const;

/** Resolves to the path of the tarball in `into`. */
export const packMcp = (into: string): Promise<string> =>
  packPackage({
    manifest: MCP_MANIFEST,
    readme: 'scripts/mcp-package/README.md',
    into,
    // Apart from each other: over stdio nothing of HTTP is loaded.
    fill: (dist) =>
      bundle(MCP_MANIFEST, dist, {
        entryPoints: ['services/mcp/main.ts'],
        platform: 'node',
        target: 'node22.12',
        splitting: true,
        // What the machine says of its states and the schemas of events, without the machine and the work.
        plugins: [
          computed('shared/domain/run/state-table.ts', { STATES }),
          computed('shared/domain/events/event-shapes.ts', { EVENT_SHAPES }),
        ],
      }),
  });

if (import.meta.main) console.log(await packMcp(process.argv[2] ?? join(ROOT, 'dist')));
