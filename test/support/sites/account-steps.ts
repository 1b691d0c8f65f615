/** What a flow does at the account site. */
import type { FlowStep } from '../http/client.ts';

/** Three steps sign in, the fourth waits until all is stored. */
export const SIGN_IN: FlowStep[] = [
  { action: 'goto', url: '/' },
  { action: 'fill', selector: '#user', value: 'ann', secret: false },
  { action: 'click', selector: '#in' },
  { action: 'waitForSelector', selector: 'body[data-ready]' },
];
/** What its page has of a login with all of its storage. */
export const ALL_THERE: FlowStep[] = [
  { action: 'expect', is: 'text', selector: '#who', equals: 'Signed in' },
  { action: 'expect', is: 'text', selector: '#found', equals: 'local session database' },
];
export const IS_SIGNED_IN: FlowStep[] = [{ action: 'goto', url: '/home' }, ...ALL_THERE];
