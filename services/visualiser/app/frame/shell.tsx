import type { ComponentChildren } from 'preact';
import { Icon, type IconName, Logo } from '../kit/icon.tsx';
import { route } from '../session/location.ts';
import { text } from '../text/text.ts';
import { isOfWaiting, WaitingLink } from '../waiting/waiting-link.tsx';
import { Menu } from './menu.tsx';
import { OutageNotice } from './outage-notice.tsx';

/** Views of one of what another lists. */
const PARTS: Readonly<Record<string, string>> = { run: 'runs', compare: 'runs', flow: 'flows' };

/** The frame of every view of a signed-in user. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { app } = text.value;
  const at = route.value;
  const { view } = at;
  const isAt = (to: string) => (view === to || PARTS[view] === to) && !isOfWaiting(at);
  const link = (to: 'runs' | 'flows' | 'system', icon: IconName, label: string) => (
    <a href={`#/${to}`} aria-current={isAt(to) ? 'page' : undefined}>
      <Icon name={icon} />
      <span>{label}</span>
    </a>
  );
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        {app.skip}
      </button>
      <header class="top">
        <a class="brand" href="#/runs" aria-label="Ghostly">
          <Logo />
          <span>Ghostly</span>
        </a>
        <nav aria-label="Ghostly">
          {link('runs', 'list', app.runs)}
          {link('flows', 'braces', app.flows)}
          {link('system', 'server', app.system)}
          <WaitingLink />
        </nav>
        <span class="spacer" />
        <a class="button primary" href="#/new" aria-current={view === 'new' ? 'page' : undefined}>
          <Icon name="plus" />
          <span>{app.newRun}</span>
        </a>
        <Menu />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <OutageNotice />
    </>
  );
}
