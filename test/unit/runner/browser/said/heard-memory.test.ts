/* I13: of all that pages say, only what is shown stays in memory. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createRedactor } from '#shared/domain/flow/redact.ts';
import { createHeard } from '../../../../../services/runner/browser/said/heard.ts';

const MIB = 2 ** 20;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const usedMib = () => {
  collect();
  return process.memoryUsage().heapUsed / MIB;
};

test('I13: of texts of any size only what is shown stays in memory', async () => {
  const redact = createRedactor(['a secret']);
  const heard = createHeard({ redact, longest: 8 }, () => undefined);
  const before = usedMib();
  const shown: string[] = [];
  for (let n = 0; n < 50; n += 1) {
    const text = `${n} ${'x'.repeat(4 * MIB)}`;
    shown.push(await redact(text, 300));
    heard.add({ kind: 'console', level: 'info', text });
  }
  expect(usedMib() - before).toBeLessThan(50);
  expect(shown).toHaveLength(50);
  expect(heard.isEmpty).toBe(false);
});
