import type { Locator, Page } from 'playwright';
import { expect } from 'vitest';
import { addMember, adminByToken, type Member } from '../database/members.ts';
import type { VisualiserBench } from './bench.ts';
import { type Desk, signIn } from './desk.ts';

export interface OpenVault {
  page: Page;
  owner: Member;
  project: string;
}

/** An owner with an empty project, signed in at its vault. */
export async function openVault(
  bench: VisualiserBench,
  options: Parameters<Desk['open']>[0] = {},
): Promise<OpenVault> {
  const owner = await addMember(await adminByToken(bench.client));
  const project = await owner.client.project();
  const page = await bench.desk.open(options);
  await page.goto(`${bench.url}/#/vault`);
  await signIn(page, owner.account);
  await page.locator('.vault .empty').waitFor();
  return { page, owner, project };
}

export async function openSecretForm(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Add a secret' }).click();
  return page.locator('dialog[open]');
}

/** What the gateway lists. */
export const secretsOf = async ({ owner, project }: Omit<OpenVault, 'page'>): Promise<object[]> =>
  (await owner.client.request<object[]>('GET', `/v1/projects/${project}/secrets`)).body;

/** Where a page could have kept what was typed: its document, its fields, and the browser's stores. */
const KEPT = `(async () => JSON.stringify({
  text: document.documentElement.textContent,
  attributes: [...document.querySelectorAll('*')].flatMap(({ attributes }) => [...attributes].map(({ value }) => value)),
  fields: [...document.querySelectorAll('input, textarea')].map(({ value }) => value),
  stores: [{ ...localStorage }, { ...sessionStorage }, history.state, location.href, document.cookie, window.name],
  databases: await indexedDB.databases(),
  caches: await caches.keys(),
}))()`;

/** Nothing of the page, and nothing that it keeps, has any of these texts. */
export async function expectNowhere(page: Page, ...texts: string[]): Promise<void> {
  const kept = await page.evaluate<string>(KEPT);
  const found = textsIn(JSON.parse(kept));
  for (const one of texts)
    for (const form of [one, JSON.stringify(one).slice(1, -1), encodeURIComponent(one)])
      expect(found.filter((text) => text.includes(form))).toEqual([]);
  expect(JSON.parse(kept)).toMatchObject({ databases: [], caches: [] });
}

const textsIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [String(value)];
