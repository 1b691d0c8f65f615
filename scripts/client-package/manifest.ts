import manifest from '../../package.json' with { type: 'json' };

/** The package.json of the packed client: our version, our licence, our range of zod. */
export const CLIENT_MANIFEST = {
  name: '@ghostly/client',
  version: manifest.version,
  description: 'Start, watch and cancel Ghostly runs, from Node and from browsers',
  license: manifest.license,
  type: 'module',
  // AbortSignal.any
  engines: { node: '>=20.3' },
  sideEffects: false,
  exports: { '.': { types: './dist/types/client/index.d.ts', default: './dist/index.js' } },
  types: './dist/types/client/index.d.ts',
  // How the types name each other.
  imports: { '#shared/*.ts': './dist/types/*.d.ts' },
  files: ['dist'],
  dependencies: { zod: manifest.dependencies.zod },
} as const;
