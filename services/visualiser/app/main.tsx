import { render } from 'preact';
import { App } from './app.tsx';
import { watchForOutages } from './state/outage-watch.ts';
import { applyPreferences } from './state/preferences.ts';
import { keepSession } from './state/session.ts';

applyPreferences();
keepSession();
watchForOutages();
render(<App />, document.getElementById('app')!);
