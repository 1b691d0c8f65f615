import { describe, expect, it } from 'vitest';
import { type Rules, readSources, violations } from '../support/source/boundaries.ts';
import { loadedBefore, servicesThatReach } from '../support/source/reach.ts';

/** `services/cli/local` starts the servers of one machine, for tests as for `ghostly up`. */
const REAL_PARTS = [
  'vitest',
  'nats',
  'pg',
  'playwright',
  'pino',
  'node',
  'shared',
  'services/cli/local',
  'test/support',
];

/**
 * The imports that a folder may have besides its own; types count too. `node` is Node's own modules. The design
 * stands here: the machine and the flow are pure; one folder each speaks NATS, SQL, HTTP and Playwright.
 */
const RULES: Rules = {
  mayImport: {
    // What a browser can have, too.
    'shared/async': [],
    'shared/run': ['xstate'],
    'shared/flow': ['zod', 'shared/process/in-slices.ts'],
    // What a run tells; it comes from the machine, which knows nothing of it.
    'shared/events': ['zod', 'shared/run'],
    // What the events of a run tell, read once for everybody.
    'shared/story': ['shared/run', 'shared/events'],
    // What is said of that, in two languages; of the contract the types alone.
    'shared/words': ['shared/run', 'shared/events', 'shared/story', 'shared/contract'],
    'shared/contract': [
      'zod',
      'shared/run',
      'shared/events',
      'shared/flow',
      'shared/story/waits.ts',
      'shared/words/en-stopping.ts',
    ],
    // What a browser can have, too.
    'shared/client': [
      'zod',
      'eventsource-parser',
      'shared/async',
      'shared/run',
      'shared/events',
      'shared/flow',
      'shared/contract',
    ],
    'shared/config': ['zod', 'ipaddr.js', 'node', 'shared/run/labels.ts'],
    'shared/egress': ['node', 'shared/async', 'shared/config'],
    'shared/webhooks': ['node/crypto', 'shared/contract', 'shared/run/outcome.ts'],
    'shared/bus': [
      'nats',
      'nkeys.js',
      'node/crypto',
      'zod',
      'shared/async',
      'shared/run',
      'shared/events',
      'shared/config',
    ],
    'shared/database': [
      '@mikro-orm',
      'kysely',
      'pg',
      'node',
      'shared/async',
      'shared/run',
      'shared/events',
      'shared/flow',
      'shared/process',
      'shared/metrics',
      'shared/traces',
      'shared/config/config.ts',
      'shared/contract/roles.ts',
      'shared/story/waits.ts',
    ],
    'shared/build': ['esbuild', 'node'],
    'shared/binaries': ['node', 'shared/process/lines.ts', 'shared/process/atomic-file.ts'],
    'shared/artifacts': ['node', 'shared/process', 'shared/config', 'shared/run/day.ts'],
    'shared/artifacts/s3': ['@aws-sdk', 'node', 'shared/process', 'shared/config', 'shared/artifacts'],
    'shared/metrics': [
      '@opentelemetry',
      'node/perf_hooks',
      'shared/run/status.ts',
      'shared/run/stop-reason.ts',
    ],
    'shared/traces': ['@opentelemetry', 'node/crypto'],
    'shared/process': [
      'pino',
      'node',
      'shared/async',
      'shared/config',
      'shared/metrics',
      'shared/traces',
      'package.json',
    ],

    'services/gateway': ['koa', 'koa-compress', '@koa', 'co-body', 'jose', 'zod', 'node', 'shared'],
    // Plays the machine ahead, to tell what a cancel would do.
    'services/gateway/cancel': ['xstate', 'zod', 'node', 'shared', 'services/gateway'],
    'services/runner': ['xstate', 'node', 'shared'],
    'services/runner/browser': ['playwright', 'node', 'shared', 'services/runner/egress'],
    'services/supervisor': ['node', 'shared'],
    // Talks to the API only, as a program of somebody else would.
    'services/mcp': [
      '@modelcontextprotocol',
      'zod',
      'node',
      ...['shared/client', 'shared/contract', 'shared/events', 'shared/run', 'shared/process'],
      ...['shared/story', 'shared/words'],
    ],
    // What the contract says is computed for the page when it is built.
    'services/visualiser': [
      'esbuild',
      '@dagrejs',
      'xstate',
      'node',
      ...['shared/build', 'shared/run', 'shared/contract/routes.ts', 'shared/events/event-shapes.ts'],
    ],
    // What a browser can have.
    'services/visualiser/app': [
      'preact',
      '@preact',
      'jsonc-parser',
      'zod',
      'shared/async',
      'shared/client',
      'shared/contract',
      'shared/events',
      'shared/flow/placeholder.ts',
      'shared/process/settles-within.ts',
      'shared/run',
      'shared/story',
      'shared/words',
    ],
    'services/cli': ['zod', 'leven', 'node', 'shared'],
    // The package of its binaries is named for the platform.
    'services/cli/local/postgres': ['node', 'shared', 'services/cli/local', '(computed)'],
    'scripts/services-bundle': ['esbuild', 'node', 'shared/build'],
    'scripts/database-template': [
      'node',
      'shared/build',
      'shared/database',
      'shared/process',
      'services/cli/local',
    ],
    'scripts/playwright-core': ['esbuild', 'node', 'shared/build'],
    'scripts/packaging': ['esbuild', 'node'],
    'scripts/client-package': ['scripts/packaging', 'node', 'package.json'],
    // What it has of the machine and of events is computed when it is packed.
    'scripts/mcp-package': [
      'scripts/packaging',
      'node',
      'package.json',
      ...['shared/build', 'shared/run/state-table.ts', 'shared/events/event-shapes.ts'],
    ],
    'scripts/test': ['node', 'vitest', 'services/cli/up/signals.ts'],
    'scripts/docs': [...REAL_PARTS, 'xstate'],
    // The reports that it draws.
    'scripts/docs/performance': ['node', 'scripts/docs', 'test/bench'],

    // No driver: unit tests are pure.
    'test/unit': [
      'vitest',
      'fast-check',
      '@seriousme',
      'xstate',
      'jose',
      'node',
      'shared',
      'services',
      'scripts',
      'test/support',
    ],
    // Checks against the reference.
    'test/unit/client': ['vitest', 'standardwebhooks', 'shared', 'test/support'],
    'test/unit/bus': [
      'vitest',
      'nkeys.js',
      'ajv',
      'ajv-formats',
      '@asyncapi',
      'node',
      'shared',
      'services',
      'test/support',
    ],
    // Schemas to be told.
    'test/unit/mcp': ['vitest', 'zod', '@modelcontextprotocol', 'node', 'shared', 'services', 'test/support'],
    // Schemas with every kind of issue.
    'test/unit/contract': [
      'vitest',
      'zod',
      '@seriousme',
      'fast-check',
      'node',
      'shared',
      'services',
      'test/support',
    ],
    'test/integration': [...REAL_PARTS, 'fast-check', 'jose', 'services'],
    // The template of databases.
    'test/integration/local': [...REAL_PARTS, 'scripts/database-template'],
    // Manifests, and the schemas of their objects.
    'test/integration/deploy': [
      ...REAL_PARTS,
      'kubernetes-models',
      '@kubernetes-models',
      'ipaddr.js',
      'yaml',
    ],
    // The example subscriber, which is ours to keep right.
    'test/integration/subscribers': [
      ...REAL_PARTS,
      'fast-check',
      'services',
      'test/integration',
      'examples/subscriber',
    ],
    // Black box: nothing of the services.
    'test/e2e': [...REAL_PARTS, 'axe-core'],
    // The client of the protocol's own package.
    'test/e2e/agents': [...REAL_PARTS, '@modelcontextprotocol', 'scripts/mcp-package'],
    'test/faults': REAL_PARTS,
    // How a runner chooses its slots, and finds its encoder.
    'test/bench': [
      ...REAL_PARTS,
      'services/runner/slots.ts',
      'services/runner/browser/ffmpeg.ts',
      'services/runner/browser/switches.ts',
      'services/runner/egress/egress.ts',
    ],
    // A program of its own: engines of containers, and the client.
    'test/containers': ['node', 'shared', 'test/support'],
    // Their pods, and runners, are without Chromium.
    'test/cluster': [...REAL_PARTS, 'test/bench/scale'],
    'test/restore': [...REAL_PARTS, 'test/bench/scale'],
    // Runners without Chromium.
    'test/bench/scale': [
      ...REAL_PARTS,
      'services/runner',
      'services/supervisor/sweep.ts',
      'test/bench/median.ts',
      'test/bench/watch.ts',
    ],
    // A program that uses the packed client.
    'test/fixtures': ['@ghostly'],
    // A test run that is killed.
    'test/fixtures/killed-run': ['vitest', 'node', 'test/support'],
    // A test run ends with its npm, as `ghostly up` does.
    'test/support': [...REAL_PARTS, 'services/cli/up/signals.ts', 'scripts', 'xstate', '(computed)'],
    // A receiver of webhooks checks with the reference.
    'test/support/servers': [
      ...REAL_PARTS,
      'standardwebhooks',
      'services/cli/up/signals.ts',
      'services/runner/browser/ffmpeg.ts',
    ],
    // A run played by hand publishes as a runner does.
    'test/support/cluster': [...REAL_PARTS, 'yaml'],
    'test/support/database': [...REAL_PARTS, 'services/runner/run/entry-publisher.ts'],
    // What decides in the models is what decides in the services.
    'test/support/model': [
      ...REAL_PARTS,
      'xstate',
      'services/supervisor/decide.ts',
      'services/gateway/cancel/receipt.ts',
      'services/gateway/stream/stream-cursor.ts',
    ],
  },
  // `service.ts` adds to it what a parent tells later, before a main reads it.
  mayReadEnvironment: /^(services\/[^/]+\/main|shared\/process\/service|scripts\/docs\/.*)\.ts$/,
};

/** Folders of `shared/` that stay whole, although one service alone reaches some of their files. */
const WHOLE = ['shared/database/', 'shared/bus/', 'shared/build/', 'shared/words/'];

describe('the boundaries between the folders', () => {
  it('hold in every file', () => {
    expect(violations(readSources(), RULES)).toEqual([]);
  }, 90_000);

  it('keep in shared/ what two services use, the two folders that alone speak SQL and NATS, all words, and what builds', () => {
    const reached = [...servicesThatReach(readSources())].filter(
      ([path]) => !WHOLE.some((folder) => path.startsWith(folder)),
    );
    expect(reached.length).toBeGreaterThan(50);
    expect(reached.filter(([, services]) => services.size < 2).map(([path]) => path)).toEqual([]);
  });
});

describe('the two pure floors, what a run tells and what is said of it,', () => {
  const sources = readSources();
  const floors = sources.filter(({ path }) => /^shared\/(story|words)\//.test(path));

  it('load nothing but each other, the events, and what the machine means', () => {
    const loaded = new Set(floors.flatMap(({ path }) => [...loadedBefore(path, sources)]));
    expect(loaded.size).toBeGreaterThan(floors.length);
    expect(
      [...loaded].filter((name) => !/^shared\/(story|words|events|run)\/|^(zod|xstate)$/.test(name)),
    ).toEqual([]);
  });

  it('read no clock, and ask nothing of where they run', () => {
    const impure =
      /\bDate\.now|new Date\(\)|\bperformance\.|\bset(Timeout|Interval)|Math\.random|\bprocess\.|\bnavigator\./;
    expect(floors.filter(({ code }) => impure.test(code)).map(({ path }) => path)).toEqual([]);
  });
});

describe('what a process loads when it starts', () => {
  it.each([
    'services/gateway/main.ts',
    'services/runner/main.ts',
    'services/supervisor/main.ts',
    'services/cli/main.ts',
    // What `ghostly up` prepares the database with.
    'shared/database/bootstrap.ts',
  ])('no ORM: %s', (start) => {
    const loaded = [...loadedBefore(start, readSources())];
    expect(loaded.length).toBeGreaterThan(10);
    expect(loaded.filter((name) => /^(@mikro-orm|kysely)/.test(name))).toEqual([]);
  });

  it.each(['services/gateway/main.ts', 'services/runner/main.ts', 'services/supervisor/main.ts'])(
    'no client of an object store: %s',
    (start) => {
      const loaded = [...loadedBefore(start, readSources())];
      expect(loaded).toContain('shared/artifacts/configured.ts');
      expect(loaded.filter((name) => name.startsWith('@aws-sdk/'))).toEqual([]);
    },
  );

  it.each(['services/gateway/main.ts', 'services/runner/main.ts', 'services/supervisor/main.ts'])(
    'nothing that makes or sends spans and metrics: %s',
    (start) => {
      const loaded = [...loadedBefore(start, readSources())];
      expect(loaded).toContain('shared/traces/spans.ts');
      const ofTelemetry = loaded.filter((name) => name.startsWith('@opentelemetry/'));
      expect(ofTelemetry).toEqual(['@opentelemetry/api']);
    },
  );

  it('is what is imported at once, through others too, but neither types nor what comes later', () => {
    const files = [
      { path: 'services/cli/main.ts', code: "import { one } from '#shared/run/one.ts';" },
      {
        path: 'shared/run/one.ts',
        code: "import { type A } from 'a';\nimport type { B } from 'b';\nexport * from 'c';\nexport type * from 'd';\nconst e = import('e');",
      },
    ];
    expect([...loadedBefore('services/cli/main.ts', files)].toSorted()).toEqual([
      'a',
      'c',
      'services/cli/main.ts',
      'shared/run/one.ts',
    ]);
  });
});

describe('what a service reaches', () => {
  it('is what its files import, through others too, and the scripts that they start', () => {
    const files = [
      { path: 'services/runner/main.ts', code: "import { one } from '#shared/run/one.ts';" },
      { path: 'services/cli/main.ts', code: "new URL('../../shared/run/two.ts', import.meta.url)" },
      { path: 'shared/run/one.ts', code: "export * from './two.ts';" },
      { path: 'shared/run/two.ts', code: '' },
    ];
    expect(servicesThatReach(files)).toEqual(
      new Map([
        ['shared/run/one.ts', new Set(['runner'])],
        ['shared/run/two.ts', new Set(['runner', 'cli'])],
      ]),
    );
  });
});

describe('the check of the boundaries', () => {
  const broken = (path: string, code: string) => violations([{ path, code }], RULES);

  it.each<[string, string, string]>([
    ['a static import', "import { connect } from 'nats';", 'nats'],
    ['an import over several lines', "import {\n  connect,\n} from 'nats';", 'nats'],
    ['an import of a type', "import type { NatsConnection } from 'nats';", 'nats'],
    ['an import for its effect', "import 'nats';", 'nats'],
    ['a dynamic import', "const later = async () => (await import('nats')).connect;", 'nats'],
    ['a type by import()', "let later: import('nats').NatsConnection;", 'nats'],
    ['a re-export', "export * from 'nats';", 'nats'],
    ['a re-export of a type', "export type { NatsConnection } from 'nats';", 'nats'],
    ['a require', "const { connect } = require('nats');", 'nats'],
    ['a name put together', "const later = (name: string) => import('na' + name);", '(computed)'],
    ['a part of a package', "import { deep } from 'nats/lib/deep.js';", 'nats/lib/deep.js'],
    ['Node', "import { readFileSync } from 'node:fs';", 'node/fs'],
    ['another shared folder', "import { openBus } from '#shared/bus/bus.ts';", 'shared/bus/bus.ts'],
    [
      'a service',
      "import { decide } from '../../services/supervisor/decide.ts';",
      'services/supervisor/decide.ts',
    ],
  ])('sees %s', (_, code, target) => {
    expect(broken('shared/run/bad.ts', code)).toEqual([`shared/run/bad.ts imports ${target}`]);
  });

  it.each<[string, string, string]>([
    [
      'services/gateway/bad.ts',
      "import { decide } from '../supervisor/decide.ts';",
      'services/supervisor/decide.ts',
    ],
    ['services/gateway/bad.ts', "import { Client } from 'pg';", 'pg'],
    ['services/runner/run/bad.ts', "import { chromium } from 'playwright';", 'playwright'],
    ['services/supervisor/bad.ts', "import Koa from 'koa';", 'koa'],
    ['shared/flow/bad.ts', "import { createMachine } from 'xstate';", 'xstate'],
    ['shared/bus/bad.ts', "import { MikroORM } from '@mikro-orm/postgresql';", '@mikro-orm/postgresql'],
    [
      'test/e2e/bad.test.ts',
      "import { decide } from '../../services/supervisor/decide.ts';",
      'services/supervisor/decide.ts',
    ],
  ])('refuses, in %s, %s', (path, code, target) => {
    expect(broken(path, code)).toEqual([`${path} imports ${target}`]);
  });

  it.each([
    'const home = process.env.HOME;',
    "const home = process['env'];",
    'const { env } = process;',
    'const { pid, env: all } = globalThis.process;',
    'const { HOME } = process.env;',
    "import { env } from 'node:process';",
    'const mode = import.meta.env;',
  ])('sees that the environment is read by %s', (code) => {
    expect(broken('services/cli/bad.ts', code)).toEqual(['services/cli/bad.ts reads the environment']);
    expect(broken('services/cli/main.ts', code)).toEqual([]);
  });

  it('takes neither texts nor comments for imports', () => {
    const code =
      "// import 'nats';\nexport const text = \"import 'nats'; process.env\"; /* require('nats') */";
    expect(broken('shared/run/good.ts', code)).toEqual([]);
  });

  it('asks for a rule for every new folder', () => {
    expect(broken('shared/extra/new.ts', '')).toEqual(['shared/extra/new.ts is in a folder without a rule']);
  });
});
