/* Notifications of the browser. Owns whether the user wants them, stored in this browser; the browser has to allow them, too. */
import { signal } from '@preact/signals';
import { withoutDirections } from '../kit/plain-text.ts';

const KEY = 'ghostly.notices';

/** Without TLS, other than on localhost, a browser has none. */
export const canNotify = (): boolean => typeof Notification === 'function' && isSecureContext;

export const wantsNotices = signal(canNotify() && isKept());
if (wantsNotices.peek()) void forgetIfForbidden();

/** Asks the browser, which asks the user: only in answer to a click. Resolves to whether it allows them. */
export async function chooseNotices(wanted: boolean): Promise<boolean> {
  const isAllowed = !wanted || (await Notification.requestPermission()) === 'granted';
  wantsNotices.value = wanted && isAllowed;
  keep(wantsNotices.value);
  return isAllowed;
}

/** The user may have taken it back in the browser. */
async function forgetIfForbidden(): Promise<void> {
  try {
    const { state } = await navigator.permissions.query({ name: 'notifications' });
    if (state !== 'granted') wantsNotices.value = false;
  } catch {
    // Not every browser says.
  }
}

interface Notice {
  /** Only the last one with the same tag is shown, in whatever tab. */
  tag: string;
  title: string;
  body: string;
  /** The part of the address that a click opens. */
  hash: string;
}

export function notify({ tag, title, body, hash }: Notice): void {
  if (!wantsNotices.peek()) return;
  try {
    const notice = new Notification(title, { tag, body: withoutDirections(body) });
    notice.onclick = () => {
      window.focus();
      location.hash = hash;
      notice.close();
    };
  } catch {
    // Some browsers of phones show notices of service workers only.
  }
}

function isKept(): boolean {
  try {
    return localStorage.getItem(KEY) === 'on';
  } catch {
    return false;
  }
}

/** A browser may refuse to keep anything. */
function keep(isOn: boolean): void {
  try {
    localStorage.setItem(KEY, isOn ? 'on' : 'off');
  } catch {
    // It is forgotten with the page.
  }
}
