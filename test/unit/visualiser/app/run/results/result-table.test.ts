/* A list that was found is shown as a table, and its CSV has no formula. */
import { describe, expect, it } from 'vitest';
import { csvOf } from '../../../../../../services/visualiser/app/run/results/csv.ts';
import {
  jsonOf,
  resultKindOf,
  shownText,
  tableOf,
} from '../../../../../../services/visualiser/app/run/results/result-table.ts';

describe('a result', () => {
  it.each([
    ['a text', 'text'],
    [1.5, 'number'],
    [false, 'boolean'],
    [null, 'null'],
    [{ a: 1 }, 'object'],
    [[], 'list'],
    [['a', 'b'], 'list'],
    [[{ a: 1 }, 'b'], 'list'],
    [[{}, {}], 'list'],
    [[{ a: 1 }, { b: 2 }], 'table'],
  ])('%j is of the kind %s', (value, kind) => {
    expect(resultKindOf(value)).toBe(kind);
  });

  it('that is a list of objects has a column for each field, in the order in which they come', () => {
    expect(tableOf([{ b: 1 }, { a: 2, b: 3 }])?.columns).toEqual(['b', 'a']);
    expect(tableOf(JSON.parse('[{"__proto__": 1, "constructor": 2}]'))?.columns).toEqual([
      '__proto__',
      'constructor',
    ]);
  });

  it('with hundreds of different fields is no table, which would have a cell for each of them in each row', () => {
    const rows = Array.from({ length: 300 }, (_, n) => ({ [`field ${n}`]: n }));
    expect(tableOf(rows)).toBeUndefined();
    expect(resultKindOf(rows)).toBe('list');
  });

  it('is shown as a text if it is one, and otherwise as JSON', () => {
    expect([undefined, 'a "b"', 1, { a: 1 }].map(shownText)).toEqual(['', 'a "b"', '1', '{\n  "a": 1\n}']);
  });

  it('that is nested deeply is not made many times as large by its indentation', () => {
    const deep = `${'['.repeat(1_000)}${']'.repeat(1_000)}`;
    expect(jsonOf(JSON.parse(deep))).toBe(deep);
  });
});

describe('a table as CSV', () => {
  const csv = (rows: Record<string, unknown>[]) => csvOf(tableOf(rows)!).replace(/^\uFEFF/, '');

  it('has a mark of its encoding, a head, and lines that end with CRLF', () => {
    expect(csvOf(tableOf([{ name: 'ñ', price: 1.5 }])!)).toBe('\uFEFFname,price\r\nñ,1.5\r\n');
  });

  it('quotes what has a comma, a quote or a line end, and leaves out what there is not', () => {
    const rows = [
      { a: 'x, "y"', b: 'one\ntwo', c: null },
      { d: true, e: { f: [1] } },
    ];
    expect(csv(rows)).toBe('a,b,c,d,e\r\n"x, ""y""","one\ntwo",,,\r\n,,,true,"{""f"":[1]}"\r\n');
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+A1', "'+A1"],
    ['-A1', "'-A1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1+1', "'  =1+1"],
    ['\t=1', "'\t=1"],
    ['\uFF1D1+1', "'\uFF1D1+1"],
    ['-5', '-5'],
    ['+1,200.50', '"+1,200.50"'],
    ['a=b', 'a=b'],
    [-5, '-5'],
  ])('has %j as %j: no cell becomes a formula', (value, cell) => {
    expect(csv([{ a: value }])).toBe(`a\r\n${cell}\r\n`);
  });

  it('has no formula in its head either', () => {
    expect(csv([{ '=HYPERLINK("http://a")': 1 }])).toBe(`"'=HYPERLINK(""http://a"")"\r\n1\r\n`);
  });
});
