/* Where the application is. Owns the part of the address behind the hash. */
import { signal } from '@preact/signals';
import { mayLeave } from './leaving.ts';
import { hashOf, parseRoute, type Route } from './route.ts';

export const route = signal<Route>(parseRoute(location.hash));

addEventListener('hashchange', () => {
  const next = parseRoute(location.hash);
  if (mayLeave(next)) route.value = next;
});

export function go(next: Route): void {
  location.hash = hashOf(next);
}

/**
 * Names what is looked at (a moment, a search) without a place of its own in the browser's history. `state` is what the
 * browser keeps with it.
 */
export function replaceRoute(next: Route, state: unknown = history.state): void {
  route.value = next;
  replaceEntry(state, hashOf(next));
}

/** Keeps something with the place in the browser's history, over a reload and until one comes back. */
export function keepInHistory(state: unknown): void {
  replaceEntry(state, location.hash);
}

function replaceEntry(state: unknown, hash: string): void {
  try {
    history.replaceState(state, '', hash);
  } catch {
    // Some browsers refuse it after some hundred times in seconds, as a held key makes them: the address lags behind.
  }
}
