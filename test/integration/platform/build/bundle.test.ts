/* The bundle of the services needs nothing but Node and what is beside it, and has the licences of its packages. */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLAYWRIGHT, SERVICES } from '#shared/platform/build/parts.ts';

const FOLDER = join(import.meta.dirname, '../../../..', SERVICES.folder);
const { files } = JSON.parse(readFileSync(join(FOLDER, '.stamp.json'), 'utf8')) as { files: string[] };
const textOf = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const scripts = files.filter((name) => name.endsWith('.js') && !name.includes('/'));
const importedBy = (name: string): string[] =>
  [...textOf(name).matchAll(/^(?:import .*|} )from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm)].map(
    ([, ...found]) => found.find((target) => target !== undefined)!,
  );

describe('the bundle of the services', () => {
  it('needs nothing but Node and what is beside it', () => {
    const imported = new Set(scripts.flatMap(importedBy));
    expect(imported.size).toBeGreaterThan(50);
    const playwright = join('..', PLAYWRIGHT.folder.split('/').at(-1)!, 'index.mjs');
    const others = [...imported].filter(
      (name) => !isBuiltin(name) && !files.includes(name.slice(2)) && name !== playwright,
    );
    // What MikroORM would load for an option that is not used.
    expect(others).toEqual(['dataloader']);
  });

  it('has a map of each script, and loads none', () => {
    expect(scripts.length).toBeGreaterThan(50);
    expect(scripts.filter((name) => !files.includes(`${name}.map`))).toEqual([]);
    expect(scripts.filter((name) => /^\/\/# sourceMappingURL=/m.test(textOf(name)))).toEqual([]);
  });

  it('has the licences of the packages in it', () => {
    const licences = textOf('third-party-licences.txt');
    for (const name of ['koa', 'nats', 'pg', 'pino', 'zod', '@mikro-orm/core', '@aws-sdk/client-s3'])
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\S+ \\([\\w.-]+\\)$`, 'm'));
    expect(licences).not.toMatch(/\(undefined\)/);
  });
});
