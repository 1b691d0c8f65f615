import { lookForOutages } from './connection.ts';
import { poll } from './polling.ts';

/**
 * With what the gateway takes to notice an outage less than two seconds; so are two looks that the gateway itself missed.
 */
const LOOK_MS = 450;

/** Asks the gateway of this page from now on what it cannot reach; rarely while the page is hidden. */
export const watchForOutages = (): void => {
  poll((leaving) => lookForOutages(location.origin, leaving), LOOK_MS);
};
