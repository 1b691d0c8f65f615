/* A folder imports only what its rule names, and a process loads at its start only what it then needs. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Rules, readSources, violations } from '../../support/source/boundaries.ts';
import { loadedBefore, servicesThatReach } from '../../support/source/reach.ts';

/** What `boundaries.list` says. */
function readRules(): Rules {
  const rows: Record<string, string[]> = {};
  const text = readFileSync(new URL('boundaries.list', import.meta.url), 'utf8');
  for (const line of text.replaceAll('\n  ', ' ').split('\n')) {
    const [, folder, named = ''] = /^([^#\s]+):(.*)$/.exec(line) ?? [];
    if (folder === undefined) continue;
    const names = named.split(' ').filter(Boolean);
    rows[folder] = names.flatMap((name) => (name.startsWith('*') ? rows[name]! : name));
  }
  // `service.ts` adds to it what a parent tells later, before a main reads it.
  const mayReadEnvironment =
    /^(services\/[^/]+\/main|shared\/platform\/process\/service|scripts\/(docs|test)\/.*)\.ts$/;
  return { mayImport: rows, mayReadEnvironment };
}
const RULES = readRules();
const ROOMS = 'services/runner/browser';

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
  });

  it('leave the connection to NATS to the bus, which has a name for each use of it', () => {
    const users = readSources().filter(({ code }) => /\[CONNECTION\]/.test(code));
    const others = users.filter(({ path }) => !/^(shared\/adapters\/bus|test)\//.test(path));
    expect(users.length).toBeGreaterThan(others.length);
    expect(others.map(({ path }) => path)).toEqual([]);
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
