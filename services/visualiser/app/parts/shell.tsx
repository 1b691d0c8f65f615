import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { reachable } from '../state/connection.ts';
import { route } from '../state/route.ts';
import { text } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { Logo } from './logo.tsx';
import { Menu } from './menu.tsx';

/** The frame of every view of a signed-in user. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { app } = text.value;
  const { view } = route.value;
  const link = (to: 'runs' | 'system', icon: 'list' | 'server', label: string) => (
    <a href={`#/${to}`} aria-current={view === to || (to === 'runs' && view === 'run') ? 'page' : undefined}>
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
          {link('system', 'server', app.system)}
        </nav>
        <span class="spacer" />
        <a class="button primary" href="#/new" aria-current={view === 'new' ? 'page' : undefined}>
          <Icon name="plus" />
          <span>{app.newRun}</span>
        </a>
        <Menu />
      </header>
      <ConnectionNote />
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

const FOUND_MS = 4_000;

/** Says that the gateway is away, and for a moment that it is there again. */
export function ConnectionNote() {
  const isLost = !reachable.value;
  const wasLost = useRef(false);
  const [isFound, setFound] = useState(false);
  useEffect(() => {
    if (isLost) {
      wasLost.current = true;
      setFound(false);
      return;
    }
    if (!wasLost.current) return;
    wasLost.current = false;
    setFound(true);
    const timer = setTimeout(() => setFound(false), FOUND_MS);
    return () => clearTimeout(timer);
  }, [isLost]);
  const { app } = text.value;
  return (
    <div class="connection" role="status" aria-live="polite">
      {isLost && (
        <p class="is-lost">
          <Icon name="warning" />
          {app.lost}
        </p>
      )}
      {!isLost && isFound && (
        <p class="is-found">
          <Icon name="check" />
          {app.found}
        </p>
      )}
    </div>
  );
}
