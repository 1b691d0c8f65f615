/* I17: docker-compose.yml passes on to each service what it reads, and the key that opens secrets to runners alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { READ_BY } from '#shared/platform/config/services.ts';
import { tables } from '../../support/source/tables.ts';

const page = (path: string): string => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');

describe('docker-compose.yml', () => {
  /** Where the image or the network of the containers leaves no choice, or only a cluster has something to choose. */
  const FIXED = new Set([
    'RUNNER_NAME',
    'GHOSTLY_KUBERNETES_API',
    'GHOSTLY_KUBERNETES_ACCOUNT',
    'HOST',
    'PORT',
    'GHOSTLY_HEALTH_PORT',
    'GHOSTLY_HOME',
    'CHROMIUM_PATH',
    'NODE_ENV',
    'GHOSTLY_URL',
    'GHOSTLY_API_KEY',
  ]);

  const { services } = parse(page('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { environment: Record<string, string> }>;
  };

  it('passes on every variable that the table of the configuration has', () => {
    const rows = tables(page('docs/configuration.md'))[0] ?? [];
    const names = rows.flatMap(([cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
    expect(names.length).toBeGreaterThan(20);
    const passed = new Set(
      Object.values(services).flatMap(({ environment = {} }) => Object.keys(environment)),
    );
    expect(names.filter((name) => !FIXED.has(name) && !passed.has(name))).toEqual([]);
  });

  it.each(Object.keys(READ_BY) as (keyof typeof READ_BY)[])(
    'passes on to each %s what it reads, and the way out',
    (kind) => {
      const outgoing = kind === 'gateway' ? [] : ['http_proxy', 'https_proxy', 'no_proxy'];
      const passed = Object.keys(services[kind]?.environment ?? {});
      const read = [...READ_BY[kind], ...outgoing].filter((name) => !FIXED.has(name));
      expect(read.filter((name) => !passed.includes(name))).toEqual([]);
    },
  );

  it('I17: gives the key that opens secrets to runners alone, and the one that seals to gateways alone', () => {
    const given = (name: string) =>
      Object.keys(services).filter((kind) => name in (services[kind]?.environment ?? {}));
    expect(given('GHOSTLY_SEAL_KEY')).toEqual(['runner']);
    expect(given('GHOSTLY_SEAL_PUBLIC_KEY')).toEqual(['gateway']);
  });

  it('takes the override of docs/managed-postgresql.md: every service that connects has its URL and the authority', () => {
    const [, text = ''] =
      /```yaml\n(# docker-compose\.override\.yml[^`]+)```/.exec(page('docs/managed-postgresql.md')) ?? [];
    const custom = ['!reset', '!override'].map((tag) => ({ tag, resolve: (given: unknown) => given }));
    const maps = custom.map(({ tag }) => ({
      tag,
      collection: 'map' as const,
      resolve: (given: unknown) => given,
    }));
    const { services: own } = parse(text, { merge: true, customTags: [...custom, ...maps] as never }) as {
      services: Record<string, { environment: object; volumes: string[] } | null>;
    };
    const connects = Object.keys(services).filter(
      (name) => 'DATABASE_URL' in (services[name]?.environment ?? {}),
    );
    expect(connects).toHaveLength(4);
    for (const name of connects) {
      expect(own[name]?.environment).toHaveProperty('DATABASE_URL');
      expect(own[name]?.volumes).toEqual(['./database-ca.crt:/etc/ghostly/ca.crt:ro']);
    }
    expect(Object.keys(own).filter((name) => !(name in services))).toEqual([]);
  });
});
