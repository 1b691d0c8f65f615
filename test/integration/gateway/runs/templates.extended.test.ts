/* I17: whatever templates a start has, it is accepted or refused, and never names a secret of another project. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { call, createPerson, useGateway } from '../fixture.ts';
import { addSecret } from '../secrets/secrets.ts';

const STARTS = 50_000;
const AT_ONCE = 16;
const gateway = await useGateway({ config: { GHOSTLY_MAX_QUEUED_PER_USER: STARTS } });
const ann = await createPerson(gateway);
const bob = await createPerson(gateway);
await addSecret(gateway, ann.projectId, ann, 'hers');
await addSecret(gateway, bob.projectId, bob, 'theirs');

const PIECES = [
  ...[
    '$',
    '{',
    '}',
    '${',
    '$${',
    '.',
    'secrets',
    'totp',
    'inputs',
    'hers',
    'theirs',
    'password',
    '__proto__',
  ],
  ...['${secrets.hers.password}', '${secrets.hers}', '${totp.hers}', '${run.id}', '${inputs.a}'],
  ...['${secrets.theirs.password}', '${secrets.theirs}', '${totp.theirs}', '${secrets.theirs.password.x}'],
  ...["' or true --", '%', '\0', 'é', ' '],
];
const value = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 5 }).map((all) => all.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

const start = (text: string) =>
  call(gateway, 'POST', '/v1/run', {
    as: ann,
    body: {
      project: ann.projectId,
      baseUrl: 'http://127.0.0.1',
      inputs: { a: 'x' },
      steps: [{ action: 'fill', selector: '#a', value: text }],
    },
  });

it(`a secret of another project is none, in ${STARTS} starts with templates of any form`, async () => {
  const texts = fc.sample(value, STARTS);
  const next = texts[Symbol.iterator]();
  const counts = { 202: 0, 400: 0, foreign: 0 };
  const lane = async () => {
    for (const text of next) {
      const { status, body } = await start(text);
      expect([202, 400], text).toContain(status);
      counts[status as 202 | 400] += 1;
      if (status === 202) expect(text.replaceAll('$${', '')).not.toMatch(/\$\{(secrets|totp)\.theirs/);
      if (!JSON.stringify(body).includes('theirs') && !text.includes('theirs')) continue;
      counts.foreign += 1;
      const none = await start(text.replaceAll('theirs', 'nobody'));
      expect(none.status, text).toBe(status);
      const { id: _, requestId: __, ...said } = body as Record<string, unknown>;
      const { id: ___, requestId: ____, ...same } = none.body as Record<string, unknown>;
      expect(JSON.parse(JSON.stringify(said).replaceAll('theirs', 'nobody'))).toEqual(same);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  expect(counts[202]).toBeGreaterThan(1_000);
  expect(counts.foreign).toBeGreaterThan(1_000);
}, 900_000);
