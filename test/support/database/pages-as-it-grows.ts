import type { Sql } from '#shared/adapters/database/sql.ts';
import { openExplainer } from './explain.ts';

/** A function of a repository with one statement, under a name for the test. */
export type Look = [name: string, look: (sql: Sql) => Promise<unknown>];

/**
 * Lets a database grow twice, and resolves to the pages of 8 KiB that each look reads after the first time and after the
 * second, by its name. Each is carried out twice, and the second time counts, when its pages are in memory.
 */
export async function pagesAsItGrows(
  url: string,
  looks: readonly Look[],
  grow: () => Promise<unknown>,
): Promise<Map<string, number[]>> {
  const pages = new Map<string, number[]>(looks.map(([name]) => [name, []]));
  for (let times = 1; times <= 2; times += 1) {
    await grow();
    await using explainer = await openExplainer(url);
    for (const [name, look] of looks) {
      await explainer.explain(look);
      pages.get(name)!.push((await explainer.explain(look)).buffers);
    }
  }
  return pages;
}
