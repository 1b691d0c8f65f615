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
const told = (kind: BrowserKind, hasDisplay: boolean) =>
  noticesOf({ headless: false, recordVideoOnFailure: false }, { kind, hasDisplay, isRecorded: false });

it('I10: a flow that pastes gets no window, whose clipboard is that of the display, and its run is told', () => {
  expect(kindFor({ headless: false, pastes: false }, ALL, quiet)).toBe('headed');
  const kind = kindFor({ headless: false, pastes: true }, ALL, quiet);
  expect(kind).toBe('full');
  expect(told(kind, true)).toMatchObject([{ code: 'no_window_to_paste' }]);
  expect(told('headed', true)).toEqual([]);
});

it('I16: a run that pastes where there is no display is told of that, which is why it has no window', () => {
  const kind = kindFor({ headless: false, pastes: true }, { ...ALL, hasDisplay: false }, quiet);
  expect(told(kind, false)).toMatchObject([{ code: 'no_display' }]);
  expect(told('shell', true)).toMatchObject([{ code: 'no_window' }]);
});

it('I16: a run that asked for a video and is not recorded is told; another one is not', () => {
  const got = { kind: 'shell', hasDisplay: false } as const;
  const told = (recordVideoOnFailure: boolean, isRecorded: boolean) =>
    noticesOf({ headless: true, recordVideoOnFailure }, { ...got, isRecorded }).map(({ code }) => code);
  expect([told(true, false), told(true, true), told(false, false)]).toEqual([['no_video'], [], []]);
});
