/* Where the application is. Owns the part of the address behind the hash. */
import { signal } from '@preact/signals';
import { hashOf, parseRoute, type Route } from '../model/route.ts';

export const route = signal<Route>(parseRoute(location.hash));

addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash);
});

export function go(next: Route): void {
  location.hash = hashOf(next);
}

/** Names the moment that is looked at, without a place of its own in the browser's history. */
export function replaceRoute(next: Route): void {
  route.value = next;
  try {
    history.replaceState(history.state, '', hashOf(next));
  } catch {
    // Some browsers refuse it after some hundred times in seconds, as a held key makes them: the address lags behind.
  }
}
