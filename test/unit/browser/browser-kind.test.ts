import { expect, it } from 'vitest';
import { type Executables, kindFor, noticesOf } from '../../../services/runner/browser/browser-kind.ts';

const ALL: Executables = { headlessPath: '/shell', fullPath: '/full', hasDisplay: true };
const quiet = () => undefined;

it('I10: a flow that pastes gets no window, whose clipboard is that of the display, and its run is told', () => {
  expect(kindFor({ headless: false, pastes: false }, ALL, quiet)).toBe('headed');
  const kind = kindFor({ headless: false, pastes: true }, ALL, quiet);
  expect(kind).toBe('full');
  expect(noticesOf(kind, true)).toMatchObject([{ code: 'no_window_to_paste' }]);
  expect(noticesOf('headed', true)).toEqual([]);
});

it('I16: a run that pastes where there is no display is told of that, which is why it has no window', () => {
  const kind = kindFor({ headless: false, pastes: true }, { ...ALL, hasDisplay: false }, quiet);
  expect(noticesOf(kind, false)).toMatchObject([{ code: 'no_display' }]);
  expect(noticesOf('shell', true)).toMatchObject([{ code: 'no_window' }]);
});
