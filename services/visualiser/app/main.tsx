import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app.tsx';
import { watchForOutages } from './state/outage-watch.ts';
import { applyPreferences, language } from './state/preferences.ts';
import { keepSession } from './state/session.ts';
import { loadTexts } from './text/text.ts';

applyPreferences();
keepSession();
watchForOutages();
effect(() => void loadTexts(language.value));
await loadTexts(language.peek());
render(<App />, document.getElementById('app')!);
