/*
 * Asks before the user leaves a view in which something is not saved. Owns what is held, and where the user wants to go; the
 * address is there already, and comes back if the user stays.
 */
import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import type { Route } from './route.ts';

let held: { isLeft(next: Route): boolean } | undefined;

/** Where the user wants to go; undefined if nothing is asked. */
export const leavingFor = signal<Route | undefined>(undefined);

/** Whether the user can go on at once. */
export function mayLeave(next: Route): boolean {
  leavingFor.value = held?.isLeft(next) ? next : undefined;
  return leavingFor.value === undefined;
}

/**
 * While something is not saved; `isLeft` says whether another place is outside of it. It ends as it is saved, not a frame
 * later: a user may leave at once.
 */
export function useHeld(isHeld: boolean, isLeft: (next: Route) => boolean): void {
  useLayoutEffect(() => {
    if (!isHeld) return;
    const own = { isLeft };
    held = own;
    // The browser asks in its own words, before it closes or reloads the page.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => {
      removeEventListener('beforeunload', ask);
      if (held === own) held = undefined;
      leavingFor.value = undefined;
    };
  }, [isHeld]);
}
