/* I11: an answer link is good for the question that it was signed for, and no forged one is. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  ANSWER_TOKEN,
  answerUrl,
  createAnswerTokens,
  type LinkedQuestion,
  urlForPeople,
} from '#shared/platform/seal/answer-links.ts';

const KEY = randomBytes(32);
const tokens = createAnswerTokens(KEY);
const aQuestion = (): LinkedQuestion => ({
  runId: randomUUID(),
  attempt: randomInt(1, 5),
  step: randomInt(0, 1_000),
  until: Date.now() + randomInt(1_000, 86_400_000),
});

it('a token says what was signed, and is the same each time', () => {
  const extremes = [
    { ...aQuestion(), attempt: 2 ** 32 - 1, step: 2 ** 32 - 1, until: 2 ** 48 - 1 },
    { ...aQuestion(), attempt: 1, step: 0, until: 0 },
  ];
  for (const question of [...extremes, ...Array.from({ length: 1_000 }, aQuestion)]) {
    const token = tokens.sign(question);
    expect(token).toMatch(new RegExp(`^${ANSWER_TOKEN.source}$`));
    expect(tokens.read(token)).toEqual(question);
    expect(createAnswerTokens(KEY).sign(question)).toBe(token);
  }
});

const FORGERS: Record<string, (token: string, question: LinkedQuestion) => string> = {
  'a flipped bit'(token) {
    const bytes = Buffer.from(token, 'base64url');
    const bit = randomInt(bytes.length * 8);
    bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7));
    return bytes.toString('base64url');
  },
  'another character'(token) {
    const at = randomInt(token.length);
    return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
  },
  'the signature of another run': (token, question) => signedAs(token, { ...question, runId: randomUUID() }),
  'another attempt': (token, question) => signedAs(token, { ...question, attempt: question.attempt + 1 }),
  'another step': (token, question) => signedAs(token, { ...question, step: question.step + 1 }),
  'a later end': (token, question) => signedAs(token, { ...question, until: question.until + 1 }),
  'another key': (_, question) => createAnswerTokens(randomBytes(32)).sign(question),
  'a cut or a longer text': (token) =>
    randomInt(2) === 0 ? token.slice(0, randomInt(token.length)) : `${token}${'A'.repeat(randomInt(1, 9))}`,
  'a text that decodes to the same bytes': (token) =>
    [`${token}=`, ` ${token}`, `${token}\n`, token.replaceAll('-', '+').replaceAll('_', '/')].find(
      (text) => text !== token && randomInt(2) === 0,
    ) ?? `${token}==`,
  'anything of the same length': () => randomBytes(60).toString('base64url'),
};

/** The body of another question, under the signature of this token. */
const signedAs = (token: string, question: LinkedQuestion): string =>
  Buffer.concat([
    Buffer.from(tokens.sign(question), 'base64url').subarray(0, 30),
    Buffer.from(token, 'base64url').subarray(30),
  ]).toString('base64url');

it('I11: of 100,000 forged tokens none is taken', () => {
  const ways = Object.entries(FORGERS);
  const signed = Array.from({ length: 500 }, aQuestion).map((question) => ({
    question,
    token: tokens.sign(question),
  }));
  const taken: string[] = [];
  let forgeries = 0;
  for (let n = 0; n < 100_000; n += 1) {
    const [way, forge] = ways[n % ways.length]!;
    const { token, question } = signed[Math.floor(n / ways.length) % signed.length]!;
    const forged = forge(token, question);
    if (forged !== token) forgeries += 1;
    if (tokens.read(forged) !== undefined) taken.push(`${way}: ${forged}`);
  }
  expect(forgeries).toBe(100_000);
  expect(taken).toEqual([]);
});

it('the token stands in the fragment of the address, at the root of a public URL', () => {
  expect(answerUrl('https://ghostly.example.com', 'abc')).toBe('https://ghostly.example.com/#/answer/abc');
  expect(answerUrl('http://10.0.0.1:4000/any', 'abc')).toBe('http://10.0.0.1:4000/#/answer/abc');
  expect(urlForPeople(['http://gateway:4000', 'https://a.test', 'https://b.test'])).toBe('https://a.test');
  expect(urlForPeople(['http://a.test'])).toBe('http://a.test');
  expect(urlForPeople([])).toBeUndefined();
});
