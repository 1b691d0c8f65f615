/* Links to artifacts, where clients reach the object store by another address than the services do. */
import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { expect, it } from 'vitest';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { afterFile } from '../../../support/file-hooks.ts';
import { startFaultProxy } from '../../../support/servers/fault-proxy/fault-proxy.ts';
import { startTestS3 } from '../../../support/servers/s3.ts';
import { createPerson, startRun, useGateway } from '../fixture.ts';

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const s3 = await startTestS3();
/** Address by which the services reach the store. */
const inside = await startFaultProxy(s3.url);
/** Address by which clients reach it. */
const outside = s3.url.replace('127.0.0.1', 'localhost');
const silent = { warn: () => undefined };
const config = s3.config(tmpdir(), inside.url);
const artifacts = await openArtifacts({ ...config, GHOSTLY_S3_PUBLIC_ENDPOINT: outside }, silent);

const webDir = await mkdtemp(join(tmpdir(), 'ghostly-test-links-'));
afterFile(() => rm(webDir, { recursive: true }));
await writeFile(join(webDir, 'index.html'), '<!doctype html><title>app</title>');
const gateway = await useGateway({
  artifacts,
  config: { GHOSTLY_ARTIFACT_LINKS: true, GHOSTLY_WEB_DIR: webDir },
});
const ann = await createPerson(gateway);
const id = await startRun(gateway, ann);
await artifacts.put(id, 'picture.png', PICTURE);

const linkOf = async (from = artifacts) => new URL(await (await from.open(id, 'picture.png'))!.link!());

/** The check of a store: whether the signature is that of a request which arrives with this `Host`. */
function isSignedFor(link: URL, host: string): boolean {
  const query = new Map(link.searchParams);
  const signature = query.get('X-Amz-Signature');
  query.delete('X-Amz-Signature');
  const encode = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const canonical = [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const request = ['GET', link.pathname, canonical, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join(
    '\n',
  );
  const [, ...scope] = query.get('X-Amz-Credential')!.split('/');
  const toSign = [
    'AWS4-HMAC-SHA256',
    query.get('X-Amz-Date'),
    scope.join('/'),
    createHash('sha256').update(request).digest('hex'),
  ];
  const key = scope.reduce<string | Buffer>(hmac, 'AWS4test');
  return hmac(key, toSign.join('\n')).toString('hex') === signature;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

it('links are signed for the address by which clients reach the store, and lead to the bytes', async () => {
  const away = await fetch(`${gateway.url}/artifacts/${id}/picture.png`, {
    redirect: 'manual',
    headers: { authorization: `Bearer ${ann.token}` },
  });
  expect(away.status).toBe(302);
  const link = new URL(away.headers.get('location')!);
  expect(link.origin).toBe(outside);
  expect(isSignedFor(link, new URL(outside).host)).toBe(true);
  expect(isSignedFor(link, new URL(inside.url).host)).toBe(false);
  expect(Buffer.from(await (await fetch(link)).arrayBuffer())).toEqual(PICTURE);
});

it('links are signed for the address of the services where there is no other', async () => {
  const link = await linkOf(await openArtifacts(config, silent));
  expect(link.origin).toBe(new URL(inside.url).origin);
  expect(isSignedFor(link, new URL(inside.url).host)).toBe(true);
});

it('name the bucket in the host where the store wants that, and the page gets that origin', async () => {
  const byHost = await openArtifacts(
    { ...config, GHOSTLY_S3_PATH_STYLE: false, GHOSTLY_S3_PUBLIC_ENDPOINT: 'https://store.example' },
    silent,
  );
  const link = await linkOf(byHost);
  expect(link.origin).toBe('https://runs.store.example');
  expect(byHost.linksFrom).toBe(link.origin);
  expect(isSignedFor(link, 'runs.store.example')).toBe(true);
});

it('links are followed by the pictures of a page that names them by their paths', async () => {
  const { path } = await findChromium({ env: process.env });
  await using browser = await chromium.launch({ executablePath: path });
  const page = await browser.newPage();
  const refused: string[] = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
  const answered: string[] = [];
  page.on('response', (response) => answered.push(`${response.status()} ${new URL(response.url()).origin}`));
  await page.goto(gateway.url);
  const src = `/artifacts/${id}/picture.png?token=${encodeURIComponent(ann.token)}`;
  const width = await page.evaluate(`new Promise((resolve) => {
    const picture = new Image();
    picture.onload = () => resolve(picture.naturalWidth);
    picture.onerror = () => resolve('no picture');
    picture.src = ${JSON.stringify(src)};
  })`);
  expect(width, refused.join('\n')).toBe(1);
  expect(answered).toContain(`200 ${outside}`);
});
