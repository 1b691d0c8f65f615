/* `npm run pack:mcp [-- FOLDER]`: makes the package of the MCP server, so that `npx @ghostly/mcp` starts it, in FOLDER (dist). */
import { join } from 'node:path';
import { bundle, packPackage, ROOT } from '../packaging/pack.ts';
import { MCP_MANIFEST } from './manifest.ts';

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
      }),
  });

if (import.meta.main) console.log(await packMcp(process.argv[2] ?? join(ROOT, 'dist')));
