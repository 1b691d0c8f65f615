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
  exports: { '.': { types: './dist/types/api/client/index.d.ts', default: './dist/index.js' } },
  // What resolves without `exports`, such as `moduleResolution: node10`, reads these two.
  main: './dist/index.js',
  types: './dist/types/api/client/index.d.ts',
  files: ['dist'],
  dependencies: { zod: manifest.dependencies.zod },
} as const;
