/* A look at a page that is cut off says what the last whole one had missed. */
import { expect, test } from 'vitest';
import { lookUntil, NotYet } from '../../../../../services/runner/browser/results/look-until.ts';
import { PATIENCE_MS } from '../../../../support/eventually.ts';

const missing = () => Promise.reject(new NotYet('no element'));

test('a look that is cut off says what the one before it missed', async () => {
  const cut = new AbortController();
  const look = () => {
    setImmediate(() => cut.abort(new Error('out of time')));
    return missing();
  };
  await expect(lookUntil(look, { signal: cut.signal, timeout: 2 * PATIENCE_MS })).rejects.toThrow(
    'no element',
  );
});

test('so does one that its signal ends while it looks', async () => {
  const cut = new AbortController();
  let looks = 0;
  const look = () => {
    looks += 1;
    if (looks === 1) return missing();
    cut.abort(new Error('out of time'));
    return Promise.reject(cut.signal.reason as Error);
  };
  await expect(lookUntil(look, { signal: cut.signal, timeout: 2 * PATIENCE_MS })).rejects.toThrow(
    'no element',
  );
});

test('a first look that is cut off has missed nothing', async () => {
  const cut = AbortSignal.abort(new Error('out of time'));
  const look = () => Promise.reject(cut.reason as Error);
  await expect(lookUntil(look, { signal: cut, timeout: 2 * PATIENCE_MS })).rejects.toThrow('out of time');
});
