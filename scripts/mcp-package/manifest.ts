import manifest from '../../package.json' with { type: 'json' };

/** The package.json of the packed MCP server: our version, our licence, our versions of what it needs. */
export const MCP_MANIFEST = {
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
