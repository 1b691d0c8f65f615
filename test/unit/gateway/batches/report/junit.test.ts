/* I13: a JUnit report is valid XML whatever the texts, and has each attempt where its readers expect it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { XmlDocument, type XmlElement, XsdValidator } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import type { Batch } from '#shared/api/contract/batches/batches.ts';
import { visible } from '#shared/domain/words/visible.ts';
import { junitReport } from '../../../../../services/gateway/batches/report/junit.ts';
import {
  anyBatch,
  anyText,
  atOnce,
  FIFTY,
  givenAttempts,
  givenBatch,
  givenTest,
  LINKS,
  NO_LINKS,
  pausesOf,
} from './given-batch.ts';

const SCHEMA = join(import.meta.dirname, '../../../../support/schemas/junit.xsd');
const validator = XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(SCHEMA)));

/** The report, which is valid, as it is read back. */
function read<Result>(batch: Batch, of: (suite: XmlElement) => Result, links = LINKS): Result {
  using document = XmlDocument.fromString(atOnce(junitReport(batch, links)).join(''));
  validator.validate(document);
  return of(document.root);
}

const textsOf = (batch: Batch, path: string): string[] =>
  read(batch, (suite) => suite.find(path).map(({ content }) => content));
const attributesOf = (batch: Batch, path = '.') =>
  read(batch, (suite) =>
    Object.fromEntries((suite.get(path) as XmlElement).attrs.map(({ name, value }) => [name, value])),
  );

describe('a report as JUnit XML', () => {
  it('counts fifty rows, three of them flaky', () => {
    expect(attributesOf(FIFTY)).toEqual({
      name: 'main, commit 3f2a1c',
      time: '63.000',
      timestamp: '2026-12-01T10:00:00.000Z',
      tests: '50',
      errors: '1',
      failures: '1',
      skipped: '1',
      flakes: '3',
    });
    expect(textsOf(FIFTY, 'testcase[flakyFailure]/@name')).toEqual(
      [5, 25, 45].map((row) => `checkout: row ${row}`),
    );
  });

  it('has the failure of the first attempt, and the others as reruns', () => {
    const test = givenTest(0, {
      status: 'fail',
      attempts: givenAttempts(0, ['lost', 'fail', 'lost', 'fail']),
    });
    const batch = givenBatch([test]);
    expect(attributesOf(batch, 'testcase/failure')).toEqual({
      message: 'no button in attempt 2',
      type: 'fail',
    });
    expect(textsOf(batch, 'testcase/failure')).toEqual(['no button in attempt 2']);
    expect(textsOf(batch, 'testcase/rerunFailure/stackTrace')).toEqual(['no button in attempt 4']);
    expect(textsOf(batch, 'testcase/rerunError/@type')).toEqual(['lost', 'lost']);
    expect(attributesOf(batch, 'testcase')).toMatchObject({ classname: 'checkout', time: '2.000' });
  });

  it('has the attempts before a flaky test passed; a lost runner alone makes none flaky', () => {
    const batch = givenBatch([
      givenTest(0, { status: 'flaky', attempts: givenAttempts(0, ['lost', 'fail', 'pass']) }),
      givenTest(1, { status: 'pass', attempts: givenAttempts(1, ['lost', 'pass']) }),
    ]);
    expect(attributesOf(batch)).toMatchObject({ flakes: '1', errors: '0', failures: '0' });
    expect(textsOf(batch, 'testcase[1]/*/stackTrace')).toEqual([
      'no button in attempt 2',
      'Its runner was lost.',
    ]);
    expect(textsOf(batch, 'testcase[2]/*[not(self::system-out)]')).toEqual([]);
  });

  it('has an error for what was cancelled or not started, or is about to be, and skips what was not begun', () => {
    const cancel = { at: '2026-12-01T10:00:30.000Z', reason: 'wrong branch', job: FIFTY.id };
    const batch = givenBatch(
      [
        givenTest(0, { status: 'cancelled', attempts: givenAttempts(0, ['cancelled']) }),
        givenTest(1, { status: 'fail', reason: 'The flow is gone.' }),
        givenTest(2, { status: 'skipped' }),
        givenTest(3, { status: 'waiting' }),
        givenTest(4, { status: 'running', attempts: givenAttempts(4, ['fail', undefined]) }),
      ],
      { status: 'cancelled', cancel },
    );
    expect(attributesOf(batch)).toMatchObject({ errors: '4', failures: '0', skipped: '1' });
    expect(textsOf(batch, 'testcase/error/@message')).toEqual([
      'cancelled: wrong branch',
      'The flow is gone.',
      'cancelled: wrong branch',
      'cancelled: wrong branch',
    ]);
    expect(textsOf(batch, 'testcase/error/@type')).toEqual([
      'cancelled',
      'not-started',
      'cancelled',
      'cancelled',
    ]);
    expect(textsOf(batch, 'testcase/skipped/@message')).toEqual(['not begun, since another test had failed']);
  });

  it('skips what goes on', () => {
    const running = givenTest(1, { status: 'running', attempts: givenAttempts(1, ['fail', undefined]) });
    const batch = givenBatch([givenTest(0, { status: 'waiting' }), running], { status: 'running' });
    expect(textsOf(batch, 'testcase/skipped/@message')).toEqual(['has not ended', 'has not ended']);
  });

  it('skips a quarantined failure, with its error beside it', () => {
    const test = givenTest(0, { status: 'fail', quarantined: true, attempts: givenAttempts(0, ['fail']) });
    const batch = givenBatch([test]);
    expect(attributesOf(batch)).toMatchObject({ failures: '0', errors: '0', skipped: '1' });
    expect(textsOf(batch, 'testcase/skipped/@message')).toEqual(['quarantined: no button in attempt 1']);
    expect(textsOf(batch, 'testcase/system-out')).toEqual([
      'attempt 1 (fail, 500 ms): https://ghostly.example/runs/00000000-0000-4000-8000-000000000001\n' +
        'picture: https://ghostly.example/artifacts/0/0.png\nno button in attempt 1',
    ]);
  });

  it('names the runs where no address is known', () => {
    const batch = givenBatch([givenTest(0, { attempts: givenAttempts(0, ['pass']) })]);
    const output = read(batch, (suite) => suite.get('testcase/system-out')?.content, NO_LINKS);
    expect(output).toBe('attempt 1 (pass, 500 ms): run 00000000-0000-4000-8000-000000000001');
  });

  it('stops at the latest known time if the batch goes on', () => {
    const test = givenTest(0, { status: 'waiting', attempts: givenAttempts(0, ['fail', 'fail']) });
    const { finishedAt: _, ...batch } = givenBatch([test], { status: 'running' });
    expect(attributesOf(batch)).toMatchObject({ time: '1.500' });
  });

  it('cuts an error after 4,000 characters', () => {
    const [attempt] = givenAttempts(0, ['fail']);
    const attempts = [{ ...attempt!, error: '😀\u0007'.repeat(10_000) }];
    const [text] = textsOf(givenBatch([givenTest(0, { status: 'fail', attempts })]), 'testcase/failure');
    expect(text!.length).toBeLessThanOrEqual(4_000);
    expect(text!.endsWith('…')).toBe(true);
  });

  it('I13: is paused after each test', () => {
    expect(pausesOf(junitReport)).toBe(1_000);
  });

  it('is valid whatever the texts, and has them', () => {
    fc.assert(
      fc.property(anyBatch, (batch) => {
        const names = textsOf(batch, 'testcase/@name');
        expect(names).toEqual(batch.tests.map(({ name }) => readable(name)));
      }),
    );
  });

  it('has an error as it was, but for characters that XML or a reader cannot have', () => {
    fc.assert(
      fc.property(anyText, (error) => {
        fc.pre(error.trim() !== '');
        const [attempt] = givenAttempts(0, ['fail']);
        const batch = givenBatch([givenTest(0, { status: 'fail', attempts: [{ ...attempt!, error }] })]);
        expect(textsOf(batch, 'testcase/failure')).toEqual([readable(error)]);
      }),
    );
  });
});

/** Unchanged, but for line ends and for what is not seen, which is written as its code. */
function readable(text: string): string {
  const odd = /[\p{Cc}\p{Cs}\p{DI}\u2028\u2029\ufffe\uffff]/u;
  if (!odd.test(text)) return text;
  return visible(text.replace(/\r\n?/g, '\n')).replace(/\p{Cs}|\ufffe|\uffff/gu, '\ufffd');
}
