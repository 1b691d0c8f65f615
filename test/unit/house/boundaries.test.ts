import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Rules, readSources, violations } from '../../support/source/boundaries.ts';
import { loadedBefore, servicesThatReach } from '../../support/source/reach.ts';

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

const ROOMS = 'services/runner/browser';
const BROWSER = ['playwright', 'node', 'shared', 'services/runner/egress'];
/** What every room knows: what went wrong, in which words, and which requests go on. */
const BROWSER_WORDS = ['errors', 'failure', 'notices', 'pending-requests', 'race', 'shown-address'].map(
  (name) => `${ROOMS}/${name}.ts`,
);

/**
 * The imports that a folder may have besides its own; types count too. `node` is Node's own modules. The design
 * stands here: the machine and the flow are pure; one folder each speaks NATS, SQL, HTTP and Playwright.
 */
const RULES: Rules = {
  mayImport: {
    // What pages check, too, before the schemas have come.
    'shared/api/limits.ts': [],
    'shared/platform/async/retry.ts': ['node/timers', 'shared/platform/async'],
    'shared/platform/json': [],
    'shared/platform/log': ['pino', 'node', 'shared/platform/traces', 'shared/platform/async'],
    'shared/platform/files': ['node'],
    // Reads a schema that a flow has; the types alone are of the domain.
    'shared/platform/json-schema': ['ajv', 'ajv-formats', 'ajv-i18n', 're2js', 'shared/domain/flow'],
    'shared/platform/http': ['node'],
    'shared/platform/seal': ['jose', 'node/crypto'],
    // What a browser can have, too.
    'shared/platform/async': [],
    'shared/domain/run': ['xstate'],
    'shared/domain/flow': ['zod', 'shared/platform/async/in-slices.ts', 'shared/domain/events/codes.ts'],
    // What a run tells; it comes from the machine, which knows nothing of it.
    'shared/domain/events': ['zod', 'shared/domain/run'],
    // What the events of a run tell, read once for everybody.
    'shared/domain/story': ['shared/domain/run', 'shared/domain/events'],
    'shared/domain/playwright-trace': [],
    // What a schedule may say is of the contract; when it is due takes libraries, which no page loads.
    'shared/domain/schedule': ['croner', 'temporal-polyfill'],
    'shared/domain/schedule/rules.ts': [],
    // What a batch comes to.
    'shared/domain/batch': ['shared/domain/run'],
    // What is said of that, in two languages; of the contract the types alone.
    'shared/domain/words': [
      'shared/domain/run',
      'shared/domain/events',
      'shared/domain/story',
      'shared/api/contract',
    ],
    'shared/api/contract': [
      'zod',
      'shared/platform/json',
      'shared/domain/run',
      'shared/domain/events',
      'shared/domain/flow',
      'shared/domain/batch/rules.ts',
      'shared/domain/schedule/rules.ts',
      'shared/domain/story/waits.ts',
      'shared/domain/words/en-stopping.ts',
      'shared/api/limits.ts',
    ],
    // What a browser can have, too.
    'shared/api/client': [
      'zod',
      'eventsource-parser',
      'shared/platform/async',
      'shared/domain/run',
      'shared/domain/events',
      'shared/domain/flow',
      'shared/api/contract',
      'shared/api/limits.ts',
    ],
    'shared/platform/config': [
      'zod',
      'ipaddr.js',
      'node',
      'shared/domain/run/labels.ts',
      'shared/platform/seal/key-text.ts',
    ],
    'shared/adapters/egress': ['node', 'shared/platform/async', 'shared/platform/config'],
    'shared/api/webhooks': [
      'node/crypto',
      'shared/api/contract',
      'shared/domain/run/outcome.ts',
      'shared/platform/seal/answer-links.ts',
    ],
    'shared/adapters/bus': [
      'nats',
      'nkeys.js',
      'node/crypto',
      'zod',
      'shared/platform/async',
      'shared/domain/run',
      'shared/domain/events',
      'shared/platform/config',
    ],
    'shared/adapters/database': [
      '@mikro-orm',
      'kysely',
      'pg',
      'node',
      'shared/platform/async',
      'shared/domain/run',
      'shared/domain/events',
      'shared/domain/flow',
      'shared/platform/log',
      'shared/platform/metrics',
      'shared/platform/traces',
      'shared/platform/config/config.ts',
      'shared/api/contract/accounts/roles.ts',
      'shared/api/contract/runs/waiting-for.ts',
      'shared/domain/batch/rules.ts',
      'shared/domain/schedule/rules.ts',
      'shared/domain/story/waits.ts',
    ],
    'shared/platform/build': ['esbuild', 'node'],
    'shared/adapters/binaries': [
      'node',
      'shared/platform/process/child.ts',
      'shared/platform/files/atomic-file.ts',
    ],
    'shared/adapters/artifacts': [
      'node',
      'shared/platform/log',
      'shared/platform/files',
      'shared/platform/config',
      'shared/domain/run/day.ts',
    ],
    'shared/adapters/artifacts/s3': [
      '@aws-sdk',
      'node',
      'shared/platform/log',
      'shared/platform/config',
      'shared/adapters/artifacts',
    ],
    'shared/platform/metrics': [
      '@opentelemetry',
      'node/perf_hooks',
      'shared/domain/run/status.ts',
      'shared/domain/run/stop-reason.ts',
    ],
    'shared/platform/traces': ['@opentelemetry', 'node/crypto'],
    'shared/platform/process': [
      'pino',
      'node',
      'package.json',
      'shared/platform/async',
      'shared/platform/config',
      'shared/platform/files',
      'shared/platform/metrics',
      'shared/platform/traces',
      'shared/platform/log',
      'shared/platform/http',
    ],

    'services/gateway': [
      'koa',
      'koa-compress',
      '@koa',
      'co-body',
      'diff',
      'jose',
      'otpauth',
      'yazl',
      'zod',
      'node',
      'shared',
    ],
    'services/gateway/live': ['ws', 'node', 'shared', 'services/gateway'],
    // Plays the machine ahead, to tell what a cancel would do.
    'services/gateway/cancel': ['xstate', 'zod', 'node', 'shared', 'services/gateway'],
    'services/runner': ['xstate', 'node', 'shared'],
    'services/runner/browser': BROWSER,
    // Shows what a browser has; a browser knows only that port of it.
    'services/runner/live': ['playwright', 'node', 'shared', ROOMS],
    // Rooms in one direction: a page and its evidence stand on a Chromium, which knows nothing of either.
    'services/runner/browser/messages': ['node'],
    'services/runner/browser/chromium': [...BROWSER, ...BROWSER_WORDS, `${ROOMS}/messages`],
    'services/runner/browser/evidence': [...BROWSER, ...BROWSER_WORDS, `${ROOMS}/chromium`],
    'services/runner/browser/vault': [...BROWSER, ...BROWSER_WORDS, 'otpauth'],
    'services/runner/browser/results': [...BROWSER, ...BROWSER_WORDS, `${ROOMS}/vault`],
    'services/runner/browser/said': [...BROWSER, ...BROWSER_WORDS, `${ROOMS}/messages`],
    'services/runner/browser/playwright-trace': [
      ...BROWSER,
      ...BROWSER_WORDS,
      `${ROOMS}/chromium`,
      `${ROOMS}/vault`,
    ],
    'services/runner/browser/nearest': [...BROWSER, ...BROWSER_WORDS, `${ROOMS}/playwright-trace`],
    'services/runner/browser/page': [
      ...BROWSER,
      `${ROOMS}/playwright-trace`,
      ...BROWSER_WORDS,
      `${ROOMS}/vault`,
      `${ROOMS}/results`,
      `${ROOMS}/said`,
      `${ROOMS}/nearest`,
      `${ROOMS}/messages`,
      `${ROOMS}/chromium`,
      `${ROOMS}/evidence`,
    ],
    'services/supervisor': ['node', 'shared'],
    // Talks to the API only, as any client would.
    'services/mcp': [
      '@modelcontextprotocol',
      'zod',
      'node',
      'shared/api/client',
      'shared/api/contract',
      'shared/api/limits.ts',
      'shared/domain/events',
      'shared/domain/run',
      'shared/platform/process',
      'shared/platform/log',
      'shared/platform/http',
      'shared/platform/async',
      'shared/domain/story',
      'shared/domain/words',
    ],
    // What the contract says is computed for the page when it is built.
    'services/visualiser': [
      'esbuild',
      '@dagrejs',
      'xstate',
      'node',
      ...[
        'shared/platform/build',
        'shared/domain/run',
        'shared/api/contract/routes.ts',
        'shared/domain/events/event-shapes.ts',
      ],
    ],
    // What a browser can have.
    'services/visualiser/app': [
      'preact',
      '@preact',
      'jsonc-parser',
      'diff',
      'qr',
      'zod',
      'shared/platform/async',
      'shared/platform/json',
      'shared/api/client',
      'shared/api/contract',
      'shared/domain/events',
      'shared/domain/flow/fill-in.ts',
      'shared/domain/flow/placeholder.ts',
      'shared/domain/flow/template.ts',
      'shared/domain/flow/vault.ts',
      'shared/domain/run',
      'shared/domain/story',
      'shared/domain/batch/rules.ts',
      'shared/domain/words',
      'shared/api/limits.ts',
    ],
    // What the machine's charts come to is put in when the page is built.
    'services/visualiser/app/run/chart/charts.ts': ['services/visualiser/build/chart.ts'],
    'services/cli': ['zod', 'leven', 'node', 'shared'],
    // The package of its binaries is named for the platform.
    'services/cli/local/postgres': ['node', 'shared', 'services/cli/local', '(computed)'],
    'scripts/services-bundle': ['esbuild', 'node', 'shared/platform/build'],
    'scripts/database-template': [
      'node',
      'services/cli/local',
      'shared/platform/build',
      'shared/adapters/database',
      'shared/platform/process',
    ],
    'scripts/playwright-core': ['esbuild', 'node', 'shared/platform/build'],
    'scripts/packaging': ['esbuild', 'node'],
    'scripts/client-package': ['scripts/packaging', 'esbuild', 'node', 'package.json'],
    // What it has of the machine and of events is computed when it is packed.
    'scripts/mcp-package': [
      'scripts/packaging',
      'node',
      'package.json',
      ...[
        'shared/platform/build',
        'shared/domain/run/state-table.ts',
        'shared/domain/events/event-shapes.ts',
      ],
    ],
    'scripts/test': ['node', 'vitest', 'services/cli/up/signals.ts', 'shared/platform/process/child.ts'],
    'scripts/docs': [...REAL_PARTS, 'xstate'],
    // The reports that it draws.
    'scripts/docs/performance': ['node', 'scripts/docs', 'bench'],

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
      'test/mutants/defects.ts',
      'test/support',
    ],
    // Checks against the reference.
    // Other libraries, which have to agree.
    'test/unit/domain/schedule': ['vitest', 'fast-check', 'cron-parser', 'cronosjs', 'shared'],
    'test/unit/api/client': ['vitest', 'standardwebhooks', 'shared', 'test/support'],
    'test/unit/adapters/bus': ['vitest', 'nkeys.js', 'node', 'shared', 'test/support'],
    'test/unit/gateway/batches/report': [
      'vitest',
      'fast-check',
      'ajv',
      'ajv-formats',
      'ctrf',
      'libxml2-wasm',
      'node',
      'shared',
      'services',
      'test/support',
    ],
    'test/unit/gateway/describe': [
      'vitest',
      '@seriousme',
      'ajv',
      'ajv-formats',
      '@asyncapi',
      'node',
      'shared',
      'services',
      'test/support',
    ],
    // Schemas to describe.
    'test/unit/mcp': ['vitest', 'zod', '@modelcontextprotocol', 'node', 'shared', 'services', 'test/support'],
    // Schemas with every kind of issue.
    'test/unit/api/contract': [
      'vitest',
      'zod',
      '@seriousme',
      'fast-check',
      'node',
      'shared',
      'services',
      'test/support',
    ],
    'test/support/live': [...REAL_PARTS, 'ws'],
    'test/integration': [...REAL_PARTS, 'fast-check', 'jose', 'services'],
    // The template of databases.
    'test/integration/scripts': [...REAL_PARTS, 'scripts/database-template'],
    // Manifests, and the schemas of their objects.
    'test/integration/deploy': [
      ...REAL_PARTS,
      'kubernetes-models',
      '@kubernetes-models',
      'ipaddr.js',
      'yaml',
    ],
    // The example subscriber, which is ours to keep right.
    'test/integration/gateway/subscribers': [
      ...REAL_PARTS,
      'fast-check',
      'services',
      'test/integration',
      'examples/subscriber',
    ],
    // Black box: nothing of the services. Pictures of codes that a page reads.
    'test/e2e': [...REAL_PARTS, 'axe-core', 'qr'],
    // The steps of the action.
    'test/e2e/clients': [...REAL_PARTS, 'yaml'],
    // The client of the protocol's own package.
    'test/e2e/agents': [...REAL_PARTS, '@modelcontextprotocol', 'scripts/mcp-package'],
    'test/faults': REAL_PARTS,
    'test/mutants': ['node', 'test/support'],
    // How a runner chooses its slots, and finds its encoder; the sample shop.
    bench: [
      ...REAL_PARTS,
      'services/cli/demo/shop/shop.ts',
      'services/runner/slots.ts',
      'services/runner/browser/evidence/ffmpeg.ts',
      'services/runner/browser/chromium/switches.ts',
      'services/runner/egress/egress.ts',
    ],
    'bench/grown': [...REAL_PARTS, 'bench/support', 'services/supervisor/schedules/look-at-schedules.ts'],
    // A program of its own: engines of containers, and the client.
    'test/containers': ['node', 'shared', 'test/support'],
    // Their pods, and runners, are without Chromium.
    'test/cluster': [...REAL_PARTS, 'bench/scale'],
    'test/restore': [...REAL_PARTS, 'bench/scale'],
    // Runners without Chromium.
    'bench/scale': [
      ...REAL_PARTS,
      'services/runner',
      'services/supervisor/sweep.ts',
      'bench/support/median.ts',
      'bench/watch.ts',
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
      'services/runner/browser/evidence/ffmpeg.ts',
    ],
    // A run played by hand publishes as a runner does.
    // Checks codes by another library than the runner's.
    'test/support/sites': [...REAL_PARTS, 'otplib'],
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
  mayReadEnvironment: /^(services\/[^/]+\/main|shared\/platform\/process\/service|scripts\/docs\/.*)\.ts$/,
};

/** Folders of `shared/` that stay whole, although one service alone reaches some of their files. */
const WHOLE = [
  'shared/adapters/database/',
  'shared/adapters/bus/',
  'shared/platform/build/',
  'shared/domain/words/',
];

describe('the boundaries between the folders', () => {
  it('hold in every file', () => {
    expect(violations(readSources(), RULES)).toEqual([]);
  }, 90_000);

  it('leave the connection to NATS to the bus, which has a name for each use of it', () => {
    const users = readSources().filter(({ code }) => /\[CONNECTION\]/.test(code));
    const others = users.filter(({ path }) => !/^(shared\/adapters\/bus|test)\//.test(path));
    expect(users.length).toBeGreaterThan(others.length);
    expect(others.map(({ path }) => path)).toEqual([]);
  });

  it('leave no folder with more than thirty source files, styles among them', () => {
    const styles = globSync('services/visualiser/app/**/*.css');
    expect(styles.length).toBeGreaterThan(30);
    const paths = [...readSources().map(({ path }) => path), ...styles];
    const folders = Map.groupBy(paths, (path) => path.slice(0, path.lastIndexOf('/')));
    expect(folders.size).toBeGreaterThan(150);
    expect([...folders].filter(([, all]) => all.length > 30).map(([folder]) => folder)).toEqual([]);
  });

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
  const floors = sources.filter(({ path }) => /^shared\/domain\/(story|words)\//.test(path));

  it('load nothing but each other, the events, and what the machine means', () => {
    const loaded = new Set(floors.flatMap(({ path }) => [...loadedBefore(path, sources)]));
    expect(loaded.size).toBeGreaterThan(floors.length);
    expect(
      [...loaded].filter((name) => !/^shared\/domain\/(story|words|events|run)\/|^(zod|xstate)$/.test(name)),
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
    'shared/adapters/database/bootstrap.ts',
  ])('no ORM: %s', (start) => {
    const loaded = [...loadedBefore(start, readSources())];
    expect(loaded.length).toBeGreaterThan(10);
    expect(loaded.filter((name) => /^(@mikro-orm|kysely)/.test(name))).toEqual([]);
  });

  it.each(['services/gateway/main.ts', 'services/runner/main.ts', 'services/supervisor/main.ts'])(
    'no client of an object store: %s',
    (start) => {
      const loaded = [...loadedBefore(start, readSources())];
      expect(loaded).toContain('shared/adapters/artifacts/configured.ts');
      expect(loaded.filter((name) => name.startsWith('@aws-sdk/'))).toEqual([]);
    },
  );

  it.each(['services/gateway/main.ts', 'services/runner/main.ts', 'services/supervisor/main.ts'])(
    'nothing that makes or sends spans and metrics: %s',
    (start) => {
      const loaded = [...loadedBefore(start, readSources())];
      expect(loaded).toContain('shared/platform/traces/spans.ts');
      const ofTelemetry = loaded.filter((name) => name.startsWith('@opentelemetry/'));
      expect(ofTelemetry).toEqual(['@opentelemetry/api']);
    },
  );

  it('is what is imported at once, through others too, but neither types nor what comes later', () => {
    const files = [
      { path: 'services/cli/main.ts', code: "import { one } from '#shared/domain/run/one.ts';" },
      {
        path: 'shared/domain/run/one.ts',
        code: "import { type A } from 'a';\nimport type { B } from 'b';\nexport * from 'c';\nexport type * from 'd';\nconst e = import('e');",
      },
    ];
    expect([...loadedBefore('services/cli/main.ts', files)].toSorted()).toEqual([
      'a',
      'c',
      'services/cli/main.ts',
      'shared/domain/run/one.ts',
    ]);
  });
});

describe('what a service reaches', () => {
  it('is what its files import, through others too, and the scripts that they start', () => {
    const files = [
      { path: 'services/runner/main.ts', code: "import { one } from '#shared/domain/run/one.ts';" },
      { path: 'services/cli/main.ts', code: "new URL('../../shared/domain/run/two.ts', import.meta.url)" },
      { path: 'shared/domain/run/one.ts', code: "export * from './two.ts';" },
      { path: 'shared/domain/run/two.ts', code: '' },
    ];
    expect(servicesThatReach(files)).toEqual(
      new Map([
        ['shared/domain/run/one.ts', new Set(['runner'])],
        ['shared/domain/run/two.ts', new Set(['runner', 'cli'])],
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
    [
      'another shared folder',
      "import { openBus } from '#shared/adapters/bus/bus.ts';",
      'shared/adapters/bus/bus.ts',
    ],
    [
      'a service',
      "import { decide } from '../../../services/supervisor/decide.ts';",
      'services/supervisor/decide.ts',
    ],
  ])('sees %s', (_, code, target) => {
    expect(broken('shared/domain/run/bad.ts', code)).toEqual([`shared/domain/run/bad.ts imports ${target}`]);
  });

  it.each<[string, string, string]>([
    [
      'services/gateway/bad.ts',
      "import { decide } from '../supervisor/decide.ts';",
      'services/supervisor/decide.ts',
    ],
    ['services/gateway/bad.ts', "import { Client } from 'pg';", 'pg'],
    ['services/runner/run/bad.ts', "import { chromium } from 'playwright';", 'playwright'],
    [
      'services/runner/browser/chromium/bad.ts',
      "import { one } from '../page/one.ts';",
      `${ROOMS}/page/one.ts`,
    ],
    ['services/supervisor/bad.ts', "import Koa from 'koa';", 'koa'],
    ['shared/domain/flow/bad.ts', "import { createMachine } from 'xstate';", 'xstate'],
    [
      'shared/adapters/bus/bad.ts',
      "import { MikroORM } from '@mikro-orm/postgresql';",
      '@mikro-orm/postgresql',
    ],
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
    expect(broken('shared/domain/run/good.ts', code)).toEqual([]);
  });

  it('asks for a rule for every new folder', () => {
    expect(broken('shared/extra/new.ts', '')).toEqual(['shared/extra/new.ts is in a folder without a rule']);
  });
});
