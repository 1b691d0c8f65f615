/* I11, I13: docs, manifests and compose file name what there is, with the limits and defaults of the code. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '#shared/api/contract/endpoints.ts';
import { readConfig, type Variable } from '#shared/platform/config/config.ts';
import { READ_BY } from '#shared/platform/config/services.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { accountsConfig } from '../../../services/cli/local/nats/config.ts';
import { readSources, type SourceFile } from '../../support/source/boundaries.ts';
import { tables } from '../../support/source/tables.ts';

const ROOT = join(import.meta.dirname, '../../..');
const sources = readSources();
/** They give names to files that do not exist, as examples and for what is planned. */
const PLANNED = ['docs/decisions/forgotten.md', 'docs/decisions/layout.md'];
const PAGES = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).filter((path) => !PLANNED.includes(path));
const page = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
/** The anchors that GitHub gives the headings of a page. */
const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe('the pages', () => {
  it.each(['README.md', 'docs/configuration.md', 'docs/glossary.md', 'docs/where.md'])(
    '%s has tables whose rows all have the same cells',
    (path) => {
      const found = tables(page(path));
      expect(found.length).toBeGreaterThan(0);
      for (const rows of found) {
        for (const row of rows) expect(row).toHaveLength(rows[0]?.length ?? 0);
      }
    },
  );

  it('name only files that are there', () => {
    const named = PAGES.flatMap((path) =>
      [
        ...page(path).matchAll(/`((?:services|shared|scripts|test|bench|docs|deploy|examples)\/[^`…]*)`/g),
      ].map(([, file]) => file!),
    );
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('link to files and headings that are there', () => {
    const links = PAGES.flatMap((path) =>
      [...page(path).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(([, file = '', heading]) => {
        const to = file === '' ? path : join(dirname(path), file);
        return { link: `${path}: ${file}#${heading ?? ''}`, to, heading };
      }),
    );
    expect(links.length).toBeGreaterThan(200);
    const isDead = ({ to, heading }: (typeof links)[number]) =>
      !existsSync(join(ROOT, to)) || (heading !== undefined && !headingsOf(page(to)).includes(heading));
    expect(links.filter(isDead).map(({ link }) => link)).toEqual([]);
  });
});

describe('the metrics', () => {
  it('have a row each in docs/metrics.md, and there are no others', () => {
    const files = ['instruments.ts', 'provider.ts'].map((file) => page(`shared/platform/metrics/${file}`));
    const made = files.flatMap((text) => [...text.matchAll(/(?<!each)\(\s*'([a-z_]+(?:\.[a-z_0-9]+)+)',/g)]);
    const [rows = []] = tables(page('docs/metrics.md'));
    const reported = rows.slice(2).flatMap(([names = '']) => [...names.matchAll(/`([^`]+)`/g)]);
    const second = ([, name]: RegExpExecArray) => name!;
    expect(reported.map(second).toSorted()).toEqual(made.map(second).toSorted());
    expect(reported.length).toBeGreaterThan(20);
  });

  it.each(Object.keys(METRICS))('%s is counted by a service', (name) => {
    const counts = ({ path, code }: SourceFile) =>
      /^(services|shared)\//.test(path) && code.includes(`METRICS.${name}.`);
    expect(sources.some(counts)).toBe(true);
  });
});

describe('the variables of the services', () => {
  const names = [...new Set<Variable>(Object.values(READ_BY).flat())];
  const read = (name: Variable, value?: string) => readConfig({ [name]: value }, [name])[name];
  /** What it is when it is not set; undefined if it is then nothing, an empty list, or an error. */
  const unset = (name: Variable) => {
    try {
      const value = read(name);
      return Array.isArray(value) ? undefined : value;
    } catch {
      return undefined;
    }
  };
  /** Defaults in containers, which bring what it needs, and whose ports are known. */
  const STRICTER = { GHOSTLY_SANDBOX: 'on', GHOSTLY_VIEWER_PORT: 4_002 };
  const withDefault = names.filter((name) => unset(name) !== undefined);
  const rows = tables(page('docs/configuration.md'))[0] ?? [];
  const rowOf = (name: string) => rows.find(([cell = '']) => cell.includes(`\`${name}\``));

  it('have a row each in docs/configuration.md', () => {
    expect(names.filter((name) => rowOf(name) === undefined)).toEqual([]);
  });

  it.each(withDefault)('%s has the same default there, in docker-compose.yml and in .env.example', (name) => {
    const texts = [
      /^ `([^`]+)`/.exec(rowOf(name)?.[2] ?? '')?.[1],
      ...[
        ...page('docker-compose.yml').matchAll(/\$\{(\w+):-([^}]+)\}/g),
        ...page('.env.example').matchAll(/^(\w+)=(.+)$/gm),
      ]
        .filter(([, of]) => of === name)
        .map(([, , text]) => text),
    ];
    const [first, ...others] = texts.map((text) => read(name, text ?? 'none'));
    expect(first).toBe(unset(name));
    const expected = name in STRICTER ? STRICTER[name as keyof typeof STRICTER] : unset(name);
    expect(others).toEqual(others.map(() => expected));
  });
});

it('lease and grace are in the Kubernetes manifests what they are by default', () => {
  const names = ['GHOSTLY_LEASE_MS', 'GHOSTLY_CANCEL_GRACE_MS'] as const;
  const base = page('deploy/kubernetes/base/kustomization.yaml');
  const given = names.map((name) => [name, new RegExp(`- ${name}=(.*)$`, 'm').exec(base)?.[1] ?? '']);
  expect(readConfig(Object.fromEntries(given), names)).toEqual(readConfig({}, names));
});

describe('docker-compose.yml', () => {
  it('I11: gives NATS the accounts that `ghostly up` gives it', () => {
    const [, block = ''] = /^ {4}content: \|\n((?: {6}.*\n)+)/m.exec(page('docker-compose.yml')) ?? [];
    const [monitoring, store, ...accounts] = block.replace(/^ {6}/gm, '').replaceAll('$$', '$').split('\n');
    const [issuer] = /\$\{GHOSTLY_NATS_ISSUER:-A[A-Z2-7]{55}\}/.exec(block) ?? [];
    const [service = ''] = /\$\{NATS_PASSWORD:[^}]*\}/.exec(block) ?? [];
    expect(monitoring).toBe('http: "127.0.0.1:8222"'); // for the health check
    expect(store).toBe('jetstream { store_dir: "/data" }');
    expect(accounts.join('\n')).toBe(accountsConfig({ credentials: { service }, issuer }));
  });

  it('I13: bounds the log of every container, since a client of NATS is reported there as often as it is refused', () => {
    const compose = page('docker-compose.yml');
    expect(compose).toMatch(/^x-logging: &logging\n.*\n {2}options: \{ max-size: 10m, max-file: "3" \}$/m);
    expect(compose).toMatch(/^x-service: &service\n {2}<<: \*confined\n {2}logging: \*logging$/m);
    const [, all = ''] = /^services:\n([\s\S]*?)^configs:$/m.exec(compose) ?? [];
    const services = all.split(/^ {2}(?=\w+:$)/m).slice(1);
    expect(services.length).toBeGreaterThan(4);
    const unbounded = services.filter((one) => !/^ {4}(<<: \*service|logging: \*logging)$/m.test(one));
    expect(unbounded).toEqual([]);
  });

  it('gives a runner more time to stop than its drain, the cancels after it and its end take', () => {
    const [, seconds] =
      /stop_grace_period: \$\{RUNNER_STOP_GRACE:-(\d+)s\}/.exec(page('docker-compose.yml')) ?? [];
    const names = ['GHOSTLY_DRAIN_MS', 'GHOSTLY_CANCEL_GRACE_MS'] as const;
    const { GHOSTLY_DRAIN_MS: drain, GHOSTLY_CANCEL_GRACE_MS: grace } = readConfig({}, names);
    expect(Number(seconds) * 1_000).toBeGreaterThan(drain + 2 * grace + 6_000);
  });

  it('asks for nothing that .env.example does not name', () => {
    const asked = [...page('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);
    const named = page('.env.example');
    expect([...new Set(asked)].filter((name) => !new RegExp(`^${name}=`, 'm').test(named))).toEqual([]);
  });
});

describe('what docs/security.md says is answered without credentials', () => {
  it('is what the contract calls public, and the page', () => {
    const line = page('docs/security.md').match(/^- \*\*Without credentials\*\*.*$/m)?.[0] ?? '';
    const named = [...line.matchAll(/`(\/[^`]*)`/g)].map(([, path]) => path);
    const open = Object.values(ENDPOINTS).filter(({ access }) => access === 'public');
    expect(named.toSorted()).toEqual([...new Set(open.map(({ path }) => path)), '/'].toSorted());
  });
});
