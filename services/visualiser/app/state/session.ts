/*
 * Who is signed in. Owns the token: in memory and, so that a reload goes on, in this tab's session storage; never in an
 * address. A session that is over takes the user to the sign-in, and from there back to where it was.
 */
import { computed, effect, signal } from '@preact/signals';
import { ApiError, type Client } from '#shared/client/index.ts';
import { noticingFetch } from './connection.ts';
import { createPageClient } from './page-client.ts';
import { language } from './preferences.ts';
import { fetchWith, forgetTokens } from './token-exchange.ts';

export interface Session {
  token: string;
  email: string;
  role: string;
  /** When the token is over, epoch ms. */
  until: number;
}

const KEY = 'ghostly.session';
/** The longest that a browser's timer can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const session = signal<Session | undefined>(restore());
/** The last session ended by itself. */
export const expired = signal(false);

/** Of the gateway that served this page, with the session's token. */
export const client = computed<Client>(() => clientWith(session.value?.token));

/** Who is signed in, for what is kept for each user by itself. */
export const userNow = (): string | undefined => session.peek()?.email;

/** @throws ApiError, GatewayError */
export async function signIn(email: string, password: string): Promise<void> {
  const { token, user } = await clientWith(undefined).call('login', { body: { email, password } });
  expired.value = false;
  session.value = { token, email: user.email, role: user.role, until: endOf(token) };
}

/** The session goes on with another token. */
export function renewSession(token: string): void {
  const current = session.peek();
  if (current) session.value = { ...current, token, until: endOf(token) };
}

export function signOut(): void {
  expired.value = false;
  session.value = undefined;
}

/** Whether the error says that the session is over; then it is. */
export function endsSession(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status !== 401) return false;
  endSession();
  return true;
}

function endSession(): void {
  if (session.value === undefined) return;
  expired.value = true;
  session.value = undefined;
}

export function keepSession(): void {
  effect(() => {
    const current = session.value;
    store(current);
    if (!current) return forgetTokens();
    const left = Math.min(current.until - Date.now(), LONGEST_TIMER_MS);
    const timer = setTimeout(endSession, Math.max(0, left));
    return () => clearTimeout(timer);
  });
}

function clientWith(token: string | undefined): Client {
  const fetch = token === undefined ? noticingFetch : fetchWith(token);
  return createPageClient({ url: location.origin, token, language: language.value, fetch });
}

/** When a JWT is over, as it says itself; far away if it does not. */
function endOf(token: string): number {
  try {
    const payload = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    const { exp } = JSON.parse(atob(payload)) as { exp?: number };
    return exp === undefined ? Number.MAX_SAFE_INTEGER : exp * 1_000;
  } catch {
    return Number.MAX_SAFE_INTEGER;
  }
}

function restore(): Session | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Session | null;
    return kept && typeof kept.token === 'string' && kept.until > Date.now() ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** A browser may refuse to keep anything: then the session ends with the page. */
function store(current: Session | undefined): void {
  try {
    if (current) sessionStorage.setItem(KEY, JSON.stringify(current));
    else sessionStorage.removeItem(KEY);
  } catch {
    // In memory it goes on.
  }
}
