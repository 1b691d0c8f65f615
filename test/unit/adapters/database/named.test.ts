/* A statement names its values instead of counting them, and a name or a value without the other is refused. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { numbered } from '#shared/adapters/database/named.ts';

it('a statement with names gives each name a number, in the order in which they first stand in the text', () => {
  expect(numbered('where id = :id and epoch = :epoch and owner <> :id', { epoch: 2, id: 'a' })).toEqual({
    text: 'where id = $1 and epoch = $2 and owner <> $1',
    values: ['a', 2],
  });
});

it('a statement with names takes neither a cast nor a time for a name', () => {
  const text = "select :at::timestamptz, x::text, '12:30', '2026-11-26T12:30:00Z'";
  expect(numbered(text, { at: null })).toEqual({
    text: "select $1::timestamptz, x::text, '12:30', '2026-11-26T12:30:00Z'",
    values: [null],
  });
});

it('a statement with names leaves a list as it is', () => {
  expect(numbered('select $1, $2', [1, 2])).toEqual({ text: 'select $1, $2', values: [1, 2] });
});

it('a statement with names refuses a name without a value, and a value without a name', () => {
  expect(() => numbered('select :one, :two', { one: 1 })).toThrow('a statement has no value for two');
  expect(() => numbered('select :one', { one: 1, tow: 2 })).toThrow('a statement does not say :tow');
});

/** They speak to PostgreSQL over a connection of their own, one statement each, beside its values. */
const OWN_CONNECTION = [
  'migrate.ts',
  'online/run-stages.ts',
  'processes/owner-session.ts',
  'services-role.ts',
];

it('no statement of the product counts its values', () => {
  const folder = join(import.meta.dirname, '../../../../shared/adapters/database');
  const files = globSync('**/*.ts', { cwd: folder }).filter((file) => !OWN_CONNECTION.includes(file));
  expect(files.length).toBeGreaterThan(50);
  const withoutComments = (code: string) => code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const counting = files.filter((file) =>
    /(=|\(|,|limit|any) ?\$\d/.test(withoutComments(readFileSync(join(folder, file), 'utf8'))),
  );
  expect(counting).toEqual([]);
});
