import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app.tsx';
import { lookForOutages } from './session/connection.ts';
import { poll } from './session/polling.ts';
import { applyPreferences, language } from './session/preferences.ts';
import { keepSession } from './session/session.ts';
import { stopClocksInOutages } from './session/stop-clocks.ts';
import { loadTexts } from './text/text.ts';

/**
 * How often the page asks, ms: an outage shows within two seconds, both one that the gateway notices and two missed looks.
 */
const LOOK_MS = 450;

/** Asks the gateway of this page from now on what it cannot reach; rarely while the page is hidden. */
const watchForOutages = (): void => {
  poll((leaving) => lookForOutages(location.origin, leaving), LOOK_MS);
  const look = () => void lookForOutages(location.origin, new AbortController().signal);
  for (const change of ['online', 'offline']) addEventListener(change, look);
};

/** Resolves once there are texts: the gateway may be away. */
const textsLoaded = () =>
  new Promise<void>((resolve) => {
    const stopAsking = poll(async () => {
      await loadTexts(language.peek());
      stopAsking();
      resolve();
    }, LOOK_MS);
  });

applyPreferences();
keepSession();
watchForOutages();
stopClocksInOutages();
// Not awaited: the texts' script imports this one, and would wait for it.
void textsLoaded().then(() => {
  // What cannot be had is asked for again when its language is chosen another time.
  effect(() => void loadTexts(language.value).catch(() => undefined));
  render(<App />, document.getElementById('app')!);
});
