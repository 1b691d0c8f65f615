import { useState } from 'preact/hooks';
import { FormProblem } from '../kit/problem.tsx';
import { text } from '../text/text.ts';
import { canNotify, chooseNotices, wantsNotices } from './notices.ts';

/** Turns notifications on, which the browser then asks about, and off. */
export function NoticeChoice() {
  const { app } = text.value;
  const [isRefused, setRefused] = useState(false);
  if (!canNotify()) return null;
  const isOn = wantsNotices.value;
  return (
    <>
      <button
        type="button"
        class="menu-link"
        onClick={() => void chooseNotices(!isOn).then((isAllowed) => setRefused(!isAllowed))}
      >
        {isOn ? app.noticesOff : app.noticesOn}
      </button>
      <FormProblem text={isRefused ? app.noticesRefused : ''} />
    </>
  );
}
