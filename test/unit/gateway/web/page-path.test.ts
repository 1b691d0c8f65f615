/* A path of the web app leads to its own files only, and the page's policy lets no foreign script in. */
import { describe, expect, it } from 'vitest';
import { fileNamed, isHashed, isOfThePage } from '../../../../services/gateway/web/path.ts';
import { policyOf } from '../../../../services/gateway/web/policy.ts';

describe('paths of the page', () => {
  it.each([
    ['/', ''],
    ['/index.html', 'index.html'],
    ['/assets/a.js', 'assets/a.js'],
    ['/runs/42/', 'runs/42'],
    ['/with%20space/%C3%B1.txt', 'with space/ñ.txt'],
    ['/a..b.js', 'a..b.js'],
  ])('%s names "%s"', (path, file) => {
    expect(fileNamed(path)).toBe(file);
  });

  it.each([
    '/..',
    '/../etc/passwd',
    '/a/../../b',
    '/%2e%2e/b',
    '/.%2e/b',
    '/..%2Fb',
    '/a%2Fb',
    '/a%5Cb',
    '/a\\b',
    '/.env',
    '/a/.git/config',
    '/%2Eenv',
    '/.well-known/x',
    '/a//b',
    '//host/x',
    '/a%00.js',
    '/%E0%A4%A',
    '/%',
  ])('%s names nothing', (path) => {
    expect(fileNamed(path)).toBeUndefined();
  });

  it.each([
    '/v1',
    '/v1/',
    '/v1/runs',
    '/V1/runs',
    '/artifacts/x',
    '/health',
    '/ready',
    '/openapi.json',
    '/asyncapi.json',
    '/docs',
    '/problems/run_final',
    '/docs/x.css',
  ])('%s is the API’s', (path) => {
    expect(isOfThePage(path)).toBe(false);
  });

  it.each(['/', '/v1x', '/v2/runs', '/healthy', '/runs/v1/x', '/documents', '/openapi.json5'])(
    '%s is the page’s',
    (path) => {
      expect(isOfThePage(path)).toBe(true);
    },
  );
});

describe('hashed files', () => {
  it.each([
    'assets/index-DiwrgTda.js',
    'assets/index-a1b2c3d4.css',
    'assets/app.3f2a1b9c0d.js',
    'assets/index-B_x-3yZ1.js.map',
    'static/assets/inter-C38fXH4l.woff2',
  ])('%s may be kept for ever', (file) => {
    expect(isHashed(file)).toBe(true);
  });

  it.each([
    'index.html',
    'favicon.ico',
    'main-DiwrgTda.js',
    'assets/logo.svg',
    'assets/my-component.js',
    'assets/app-v2.js',
    'assets/a1b2c3d4e5.js',
  ])('%s is asked for again', (file) => {
    expect(isHashed(file)).toBe(false);
  });
});

describe('the policy of a page', () => {
  const scripts = (html: string) =>
    policyOf(html)
      .split('; ')
      .find((directive) => directive.startsWith('script-src'));

  it('lets nothing in from elsewhere, and no inline style', () => {
    expect(policyOf()).toBe(
      "default-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; " +
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
        "script-src 'self'",
    );
  });

  it('lets in pictures and videos of the origin to which artifacts are redirected, and nothing else from there', () => {
    const others = (policy: string) =>
      policy.split('; ').filter((directive) => !policyOf().includes(directive));
    expect(others(policyOf('', 'https://store.example'))).toEqual([
      "img-src 'self' data: blob: https://store.example",
      "media-src 'self' blob: https://store.example",
    ]);
  });

  it('names the scripts that stand in the file by their hashes, once each, whatever its line ends', () => {
    const hash = "'sha256-WoWHEYqLL94iCZTukCGD6V4UWXYazIiOSSwBL2fgFtg='";
    const html =
      '<script>a;\nb;</script><SCRIPT type=module >a;\r\nb;</SCRIPT ><script src="/x.js"></script>';
    expect(scripts(html)).toBe(`script-src 'self' ${hash}`);
  });

  it('names none where all scripts are files', () => {
    expect(scripts('<script type="module" crossorigin src="/assets/a.js"></script>')).toBe(
      "script-src 'self'",
    );
  });
});
