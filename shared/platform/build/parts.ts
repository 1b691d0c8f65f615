/** What of this repository is built before it runs. Paths are from its root. */
export interface Part {
  /** Name for users. */
  name: string;
  /** The program that builds it, unless what is there was made of these sources. */
  script: string;
  /** Where it is put. */
  folder: string;
  /** Written last, after all that it names. */
  entries: readonly string[];
  /** Mode of its files, if others must not read them. */
  mode?: number;
  /** What decides about the result besides the modules that are in it. */
  inputs: readonly string[];
}

/** Packages are known by what npm has installed, not file by file. */
const PACKAGES = ['package-lock.json', 'node_modules/.package-lock.json'] as const;

/** The visualiser, for browsers. */
export const WEB_APP: Part = {
  name: 'web app',
  script: 'services/visualiser/build.ts',
  folder: 'services/visualiser/dist',
  entries: ['index.html'],
  inputs: [
    ...PACKAGES,
    'examples/*.json',
    'shared/platform/build/*.ts',
    'shared/domain/run/*.ts',
    'services/visualiser/build.ts',
    'services/visualiser/build/*.ts',
    'services/visualiser/app/index.html',
    'services/visualiser/app/icon.svg',
  ],
};

/** The copy of Playwright that the services load. */
export const PLAYWRIGHT: Part = {
  name: 'Playwright',
  script: 'scripts/playwright-core/build.ts',
  folder: 'dist/playwright-core',
  entries: ['index.js', 'index.mjs'],
  inputs: [...PACKAGES, 'shared/platform/build/*.ts', 'scripts/playwright-core/*.ts'],
};

/** Each process that is started, by the name of its script in the bundle. */
export const SCRIPTS = {
  gateway: 'services/gateway/main.ts',
  runner: 'services/runner/main.ts',
  supervisor: 'services/supervisor/main.ts',
  mcp: 'services/mcp/main.ts',
  cli: 'services/cli/main.ts',
  'leashed-cli': 'services/cli/local-stack/leashed-ghostly.ts',
  'egress-proxy': 'services/runner/egress/proxy.ts',
} as const;

/** The services and the CLI as plain JavaScript, with their packages. */
export const SERVICES: Part = {
  name: 'services',
  script: 'scripts/services-bundle/build.ts',
  folder: 'dist/services',
  entries: Object.keys(SCRIPTS).map((name) => `${name}.js`),
  inputs: [...PACKAGES, 'tsconfig.json', 'shared/platform/build/*.ts', 'scripts/services-bundle/*.ts'],
};

/** The archive of a PostgreSQL cluster with the schema, which a new home gets a copy of. */
export const DATABASE_TEMPLATE: Part = {
  name: 'database template',
  script: 'scripts/database-template/build.ts',
  folder: 'dist/database',
  entries: ['cluster.tar'],
  mode: 0o600,
  inputs: [
    ...PACKAGES,
    'shared/platform/build/*.ts',
    'shared/adapters/database/**/*.ts',
    'services/cli/local/postgres/*.ts',
    'scripts/database-template/*.ts',
  ],
};

/** What `ghostly setup` fails without. Without the database template, first starts only take longer. */
export const REQUIRED_PARTS = [PLAYWRIGHT, SERVICES, WEB_APP] as const;
