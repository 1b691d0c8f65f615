/* Each fault of docs/reliability.md leads to tests whose titles name it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const PAGE = join(import.meta.dirname, '../../../docs/reliability.md');

describe('the page about reliability', () => {
  it('names for each fault the files with its tests, and they have it in a title', () => {
    const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| (\d+) \| [^|]+ \| ([^|]+) \|$/gm)];
    expect(rows.map(([, row]) => Number(row))).toEqual(rows.map((_, n) => n + 1));
    expect(rows.length).toBeGreaterThanOrEqual(26);
    for (const [, row, cell = ''] of rows) {
      const links = [...cell.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
      expect(links.length, `row ${row}`).toBeGreaterThan(0);
      for (const link of links)
        expect(readFileSync(join(dirname(PAGE), link), 'utf8')).toMatch(new RegExp(`['\`]row ${row}: `));
    }
  });
});
