/* What zod finds wrong with an input, in words about JSON, not about a schema. */
import type { z } from 'zod';

interface IssueWords {
  required: string;
  /** Keyed by zod's names of types. */
  types: Readonly<Record<string, string>>;
  mustBe(type: string): string;
  not(given: string): string;
  oneOf(values: string): string;
  notEmpty: string;
  atLeast: Bound;
  atMost: Bound;
  unknownFields(names: string): string;
  time: string;
  form: string;
}
/** Bounds a text's characters, a list's items, or a number itself. */
interface Bound {
  characters(limit: string): string;
  items(limit: string): string;
  number(limit: string): string;
}

const en: IssueWords = {
  required: 'is required',
  types: {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    record: 'an object',
    null: 'null',
  },
  mustBe: (type) => `must be ${type}`,
  not: (given) => `, not ${given}`,
  oneOf: (values) => `must be one of ${values}`,
  notEmpty: 'must not be empty',
  atLeast: {
    characters: (limit) => `must have at least ${limit} characters`,
    items: (limit) => `must have at least ${limit} items`,
    number: (limit) => `must be at least ${limit}`,
  },
  atMost: {
    characters: (limit) => `must have at most ${limit} characters`,
    items: (limit) => `must have at most ${limit} items`,
    number: (limit) => `must be at most ${limit}`,
  },
  unknownFields: (names) => `has fields that are not known here: ${names}`,
  time: 'must be a time in UTC such as 2026-01-31T12:00:00Z',
  form: 'has the wrong form',
};

const es: IssueWords = {
  required: 'es obligatorio',
  types: {
    string: 'un texto',
    number: 'un número',
    int: 'un número entero',
    boolean: 'true o false',
    array: 'una lista',
    object: 'un objeto',
    record: 'un objeto',
    null: 'null',
  },
  mustBe: (type) => `debe ser ${type}`,
  not: (given) => `, no ${given}`,
  oneOf: (values) => `debe ser uno de ${values}`,
  notEmpty: 'no debe estar vacío',
  atLeast: {
    characters: (limit) => `debe tener al menos ${limit} caracteres`,
    items: (limit) => `debe tener al menos ${limit} elementos`,
    number: (limit) => `debe ser al menos ${limit}`,
  },
  atMost: {
    characters: (limit) => `debe tener como mucho ${limit} caracteres`,
    items: (limit) => `debe tener como mucho ${limit} elementos`,
    number: (limit) => `debe ser como mucho ${limit}`,
  },
  unknownFields: (names) => `tiene campos desconocidos aquí: ${names}`,
  time: 'debe ser una hora en UTC como 2026-01-31T12:00:00Z',
  form: 'no tiene la forma correcta',
};

type ZodIssue = z.core.$ZodRawIssue;

/** The words for issues of zod's own, for `safeParse(…, { error })`. */
export const issueWords = (language: 'en' | 'es'): z.core.$ZodErrorMap => {
  const words = language === 'es' ? es : en;
  return (issue) => (issue.input === undefined ? words.required : wordsFor(issue, words));
};

function wordsFor(issue: ZodIssue, words: IssueWords): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input, words);
    case 'too_small':
      if (issue.minimum === 1 && issue.origin !== 'number' && issue.origin !== 'int') return words.notEmpty;
      return words.atLeast[countedIn(issue.origin)](numberText(issue.minimum, words));
    case 'too_big':
      return words.atMost[countedIn(issue.origin)](numberText(issue.maximum, words));
    case 'unrecognized_keys':
      return words.unknownFields(issue.keys.join(', '));
    case 'invalid_value':
      return words.oneOf(issue.values.map(String).join(', '));
    case 'invalid_union':
      return Array.isArray(issue.options) ? words.oneOf(issue.options.map(String).join(', ')) : words.form;
    case 'invalid_format':
      return issue.format === 'datetime' ? words.time : words.form;
    default:
      return words.form;
  }
}

/** Never tells the input itself: it may be a secret (I10). */
function wrongType(expected: string, input: unknown, { types, mustBe, not }: IssueWords): string {
  const given = input === null ? 'null' : Array.isArray(input) ? 'array' : typeof input;
  const must = mustBe(types[expected] ?? expected);
  // A number of another kind: no whole one, or one that JSON can write but no program count with.
  const isOtherNumber = given === 'number' && (expected === 'int' || expected === 'number');
  return isOtherNumber ? must : must + not(types[given] ?? given);
}

const countedIn = (origin: string): keyof Bound =>
  origin === 'string' ? 'characters' : origin === 'array' || origin === 'set' ? 'items' : 'number';

/** Grouped by thousands as the language does it. */
const numberText = (value: number | bigint, words: IssueWords): string =>
  value.toLocaleString(words === es ? 'es' : 'en');
