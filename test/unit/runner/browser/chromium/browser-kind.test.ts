/* I10, I16: a run that gets no window or no video although it asked for one says why. */
import { expect, it } from 'vitest';
import {
  type BrowserKind,
  type Executables,
  kindFor,
} from '../../../../../services/runner/browser/chromium/browser-kind.ts';
import { noticesOf } from '../../../../../services/runner/browser/notices.ts';

const ALL: Executables = { headlessPath: '/shell', fullPath: '/full', hasDisplay: true };
const quiet = () => undefined;
/** The notice of a run that asked for a window. */
const codesOf = (kind: BrowserKind, hasDisplay: boolean) =>
  noticesOf({ headless: false, recordVideoOnFailure: false }, { kind, hasDisplay, isRecorded: false });

it('I10: a flow that pastes gets no window, whose clipboard is that of the display, and its run has a notice', () => {
  expect(kindFor({ headless: false, pastes: false }, ALL, quiet)).toBe('headed');
  const kind = kindFor({ headless: false, pastes: true }, ALL, quiet);
  expect(kind).toBe('full');
  expect(codesOf(kind, true)).toMatchObject([{ code: 'no_window_to_paste' }]);
  expect(codesOf('headed', true)).toEqual([]);
});

it('I16: a run that pastes where there is no display has a notice that says why it has no window', () => {
  const kind = kindFor({ headless: false, pastes: true }, { ...ALL, hasDisplay: false }, quiet);
  expect(codesOf(kind, false)).toMatchObject([{ code: 'no_display' }]);
  expect(codesOf('shell', true)).toMatchObject([{ code: 'no_window' }]);
});

it('I16: a run that asked for a video and is not recorded has a notice; another one has none', () => {
  const got = { kind: 'shell', hasDisplay: false } as const;
  const codesOf = (recordVideoOnFailure: boolean, isRecorded: boolean) =>
    noticesOf({ headless: true, recordVideoOnFailure }, { ...got, isRecorded }).map(({ code }) => code);
  expect([codesOf(true, false), codesOf(true, true), codesOf(false, false)]).toEqual([['no_video'], [], []]);
});
