import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle } from '../../../services/visualiser/build/bundle.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
let built: Bundle;
let again: Bundle;
const text = (name: string) => new TextDecoder().decode(built.files.get(name));
const named = (pattern: RegExp) => [...built.files.keys()].filter((name) => pattern.test(name));

beforeAll(async () => {
  const places = { root: ROOT, app: `${ROOT}services/visualiser/app` };
  built = await bundle(places);
  again = await bundle(places);
}, 30_000);

describe('the built application', () => {
  it('has less than 155 kB of script, compressed', () => {
    const scripts = named(/\.js$/);
    expect(scripts).toHaveLength(1);
    expect(gzipSync(built.files.get(scripts[0]!)!).length).toBeLessThan(155_000);
  });

  it('is a page, a script, a style and an icon, named for their content, and the same compressed', () => {
    expect([...built.files.keys()]).toEqual([
      ...['js', 'css', 'svg'].flatMap((kind) =>
        ['', '\\.br', '\\.gz'].map((packed) =>
          expect.stringMatching(new RegExp(`^assets/\\w+-[0-9a-f]{12}\\.${kind}${packed}$`)),
        ),
      ),
      'index.html',
    ]);
  });

  it('is the same each time', () => {
    expect([...again.files.keys()]).toEqual([...built.files.keys()]);
  });

  it('loads nothing from elsewhere, and has neither script nor style in its page', () => {
    const html = text('index.html');
    const sources = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, source]) => source);
    expect(sources).toHaveLength(3);
    for (const source of sources) expect([...built.files.keys()]).toContain(source?.slice(1));
    expect(html).not.toMatch(/<style|style=|<script[^>]*>[^<]|\son\w+=/);
    expect(text(named(/\.css$/)[0]!)).not.toMatch(/url\(|@import/);
  });

  it('never writes HTML, nor makes code of texts', () => {
    const script = text(named(/\.js$/)[0]!);
    const sources = built.inputs.filter((path) => path.startsWith('services/visualiser/app/'));
    expect(sources.length).toBeGreaterThan(30);
    for (const path of sources)
      expect(readFileSync(`${ROOT}${path}`, 'utf8'), path).not.toMatch(/dangerouslySetInnerHTML|innerHTML/);
    expect(script).not.toMatch(/document\.write|insertAdjacentHTML|[^.\w]eval\(/);
  });

  it('takes no part of the services, and not the machine itself', () => {
    const foreign = built.inputs.filter((path) =>
      /^services\/(?!visualiser\/app\/)|^node_modules\/xstate/.test(path),
    );
    expect(foreign).toEqual([]);
  });
});
