/* The web app first loads at most 80 kB, the rest when it is wanted, and nothing from elsewhere. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { isHashed } from '../../../../services/gateway/web/path.ts';
import { type Bundle, bundle } from '../../../../services/visualiser/build/bundle.ts';
import { PATIENCE_MS } from '../../../support/eventually.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
let built: Bundle;
let again: Bundle;
const text = (name: string) => new TextDecoder().decode(built.files.get(name));
/** The modules that a script consists of. */
const packedIn = (name: string): string[] =>
  Object.entries(built.metafile.outputs[`dist/${name}`]!.inputs).flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? [path] : [],
  );
const weigh = (names: Iterable<string>): number =>
  [...names].reduce((sum, name) => sum + built.files.get(`${name}.br`)!.length, 0);
/** Where flows are written, and what checks and completes them: loaded when an editor is opened, or a flow saved. */
const EDITORS =
  /\/(new-run\/view|run\/flow\/flow-dialog|run\/fork\/fork-dialog|run\/pause\/resume-dialog|flows\/page\/flow-page|kit\/editor\/flow-draft|vault\/keep\/parts)\.tsx?$/;
/** The texts of each language, without those of the other. */
const ENGLISH = /\/text\/en(-parts)?\.ts$/;
const SPANISH = /\/text\/es(-parts)?\.ts$/;

/** What can come to be loaded, without what only comes by way of these sources. */
function loadable(without: readonly RegExp[]): Set<string> {
  const { outputs } = built.metafile;
  const found = new Set<string>(named(/\.css$/));
  const visit = (name: string): void => {
    const { entryPoint = '', imports } = outputs[`dist/${name}`]!;
    if (found.has(name) || without.some((pattern) => pattern.test(entryPoint))) return;
    found.add(name);
    for (const { path } of imports) visit(path.slice('dist/'.length));
  };
  visit(built.first[0]!);
  return found;
}
const named = (pattern: RegExp) => [...built.files.keys()].filter((name) => pattern.test(name));

beforeAll(async () => {
  const places = { root: ROOT, app: `${ROOT}services/visualiser/app` };
  built = await bundle(places);
  again = await bundle(places);
}, 4 * PATIENCE_MS);

describe('the built application', () => {
  it('loads at most 80 kB first, with its style, compressed', () => {
    for (const texts of [/assets\/en-v\w+\.js$/, /assets\/es-v\w+\.js$/])
      expect(weigh([...built.first, ...named(texts), ...named(/\.css$/)])).toBeLessThanOrEqual(80_000);
  });

  it('loads its first scripts as one file, which the entry imports', () => {
    expect(built.first).toHaveLength(2);
  });

  it.each([SPANISH, ENGLISH])(
    'is at most 175 kB compressed without %s, all but the editor of flows',
    (other) => {
      const read = loadable([EDITORS, other]);
      const modules = [...read].flatMap((name) => (name.endsWith('.css') ? [] : packedIn(name)));
      expect(modules.join('\n')).not.toMatch(/jsonc-parser|node_modules\/zod/);
      expect(modules.filter((path) => other.test(path))).toEqual([]);
      expect(weigh(read)).toBeLessThanOrEqual(175_000);
    },
  );

  it('has everything among what can come to be loaded', () => {
    const all = named(/\.(js|css)$/);
    expect([...loadable([])].toSorted()).toEqual(all.toSorted());
  });

  it('has the schemas of the contract, which check flows, in files that come when one is written', () => {
    const isSchemas = (path: string) =>
      /^(node_modules\/(zod|jsonc-parser)\/|shared\/api\/contract\/(\w+\/)?[\w-]*endpoints)/.test(path);
    const withSchemas = named(/\.js$/).filter((name) => packedIn(name).some(isSchemas));
    expect(withSchemas).not.toEqual([]);
    expect(withSchemas.filter((name) => built.first.includes(name))).toEqual([]);
    expect(named(/\.js$/).map(text).join('')).toMatch(/import\("\.\/flow-draft-\w+\.js"\)/);
  });

  it('has the texts of each language in a file of its own, which comes when it is spoken', () => {
    for (const [language, word] of [
      ['en', 'Longest running or waiting first'],
      ['es', 'Ejecuciones'],
    ] as const) {
      const [texts] = named(new RegExp(`assets/${language}-\\w+\\.js$`));
      expect(text(texts!)).toContain(word);
      expect(built.first.map(text).join('')).not.toContain(word);
    }
  });

  it('has the vault, and what reads QR codes, in files that come when they are wanted', () => {
    const sources = /^(services\/visualiser\/app\/vault\/(?!on-demand)|node_modules\/qr\/)/;
    expect(built.first.flatMap(packedIn).filter((path) => sources.test(path))).toEqual([]);
    const readers = named(/\.js$/).filter((name) => packedIn(name).some((path) => path.includes('/qr/')));
    expect(readers).toHaveLength(1);
    expect(packedIn(readers[0]!).filter((path) => path.includes('/vault/view'))).toEqual([]);
  });

  it.each(['system', 'profiles', 'schedules', 'batches', 'webhooks'])(
    'has the page %s in a file that comes when it is wanted',
    (page) => {
      const sources = new RegExp(`^services/visualiser/app/${page}/(?!on-demand)`);
      expect(built.first.flatMap(packedIn).filter((path) => sources.test(path))).toEqual([]);
    },
  );

  it('has the pages of named flows in files that come when they are wanted', () => {
    const sources = /^services\/visualiser\/app\/flows\/(?!on-demand)/;
    expect(Object.keys(built.metafile.inputs).filter((path) => sources.test(path)).length).toBeGreaterThan(
      10,
    );
    expect(built.first.flatMap(packedIn).filter((path) => sources.test(path))).toEqual([]);
  });

  it('is a page, scripts, a style and an icon, named for their content, and the same compressed', () => {
    const names = [...built.files.keys()];
    const plain = named(/\.(js|css|svg)$/);
    expect(names).toHaveLength(3 * plain.length + 1);
    for (const name of plain) {
      expect(isHashed(name)).toBe(true);
      expect(names).toEqual(expect.arrayContaining([name, `${name}.br`, `${name}.gz`]));
    }
    expect(names.at(-1)).toBe('index.html');
  });

  it('does not depend on where it is built', () => {
    expect(Object.keys(built.metafile.inputs).filter((path) => path.includes(ROOT))).toEqual([]);
  });

  it('is the same each time', () => {
    expect([...again.files.keys()]).toEqual([...built.files.keys()]);
  });

  it('loads nothing from elsewhere, and has neither script nor style in its page', () => {
    const html = text('index.html');
    const sources = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, source]) => source);
    expect(sources).toHaveLength(2 + built.first.length);
    for (const source of sources) expect([...built.files.keys()]).toContain(source?.slice(1));
    expect(html).not.toMatch(/<style|style=|<script[^>]*>[^<]|\son\w+=/);
    expect(text(named(/\.css$/)[0]!)).not.toMatch(/url\(|@import/);
  });

  it('never writes HTML, nor makes code of texts', () => {
    const script = named(/\.js$/).map(text).join('');
    const sources = Object.keys(built.metafile.inputs).filter((path) =>
      path.startsWith('services/visualiser/app/'),
    );
    expect(sources.length).toBeGreaterThan(30);
    for (const path of sources)
      expect(readFileSync(`${ROOT}${path}`, 'utf8'), path).not.toMatch(/dangerouslySetInnerHTML|innerHTML/);
    expect(script).not.toMatch(/document\.write|insertAdjacentHTML|[^.\w]eval\(/);
  });

  it('takes no part of the services, and not the machine itself', () => {
    const foreign = Object.keys(built.metafile.inputs).filter((path) =>
      /^services\/(?!visualiser\/app\/)|^node_modules\/xstate/.test(path),
    );
    expect(foreign).toEqual([]);
  });
});
