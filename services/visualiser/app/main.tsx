import { render } from 'preact';
import { App } from './app.tsx';
import { applyPreferences } from './state/preferences.ts';
import { keepSession } from './state/session.ts';

applyPreferences();
keepSession();
render(<App />, document.getElementById('app')!);
