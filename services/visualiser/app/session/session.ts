/*
 * Who is signed in. The session is a cookie that no script can read, so this page owns no secret: only whose the session is
 * and until when, shared with this browser's other tabs. The gateway alone decides whether there is one.
 */
import { computed, effect, signal } from '@preact/signals';
import { ApiError, type Client } from '#shared/api/client/index.ts';
import { noticingFetch } from './connection.ts';
import { createPageClient } from './page-client.ts';
import { language } from './preferences.ts';
import { createSessionFetch } from './session-fetch.ts';

interface Session {
  userId: string;
  email: string;
  role: string;
  /** When it is over, epoch ms. */
  until: number;
}

const KEY = 'ghostly.session';
const FOUND_WITHIN_MS = 2_000;
/** The longest that a browser's timer can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const session = signal<Session | undefined>(restore());
/** Whether a session that this page does not know of yet is looked for. */
export const looking = signal(session.peek() === undefined && mayBeSignedIn());
/** The last session ended by itself. */
export const expired = signal(false);

/** Without a way back from a refusal: for what asks whether there is a session. */
const bare = computed<Client>(() => clientBy(noticingFetch));
const { sessionFetch, renewing } = createSessionFetch({
  fetch: noticingFetch,
  isOver: async () => (await look()) === false,
});

const userId = computed(() => session.value?.userId);

/** The client of the gateway that served this page; another one for each user. */
export const client = computed<Client>(() =>
  clientBy(userId.value === undefined ? noticingFetch : sessionFetch),
);

/** Who is signed in, for what is kept for each user by itself. */
export const userNow = (): string | undefined => session.peek()?.email;

interface Reply {
  user: { id: string; email: string; role: string };
  session?: { expiresAt: string } | undefined;
}

/** @throws ApiError, GatewayError */
export async function signIn(email: string, password: string): Promise<void> {
  const reply = await bare.peek().call('startSession', { body: { email, password } });
  expired.value = false;
  session.value = sessionOf(reply);
}

/** @throws ApiError, GatewayError: then the user is still signed in */
export async function signOut(): Promise<void> {
  try {
    await bare.peek().call('endSession', {});
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  forgetSession();
}

/** The session has ended on purpose. */
export function forgetSession(): void {
  expired.value = false;
  session.value = undefined;
}

/** `work` ends the session and begins another; what is refused meanwhile waits for that. */
export async function renewSession(work: (client: Client) => Promise<Pick<Reply, 'session'>>): Promise<void> {
  const { session: next } = await renewing(() => work(bare.peek()));
  const current = session.peek();
  // A user who signed out meanwhile stays signed out.
  if (!current) await signOut();
  else if (next) session.value = { ...current, until: Date.parse(next.expiresAt) };
}

/** Whether the error says that the session is over; then it is. */
export function endsSession(error: unknown): boolean {
  if (!isRefused(error)) return false;
  endSession();
  return true;
}

const isRefused = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

function endSession(): void {
  if (session.value === undefined) return;
  expired.value = true;
  session.value = undefined;
}

/** Stores what the other tabs are to know, and follows them. */
export function keepSession(): void {
  effect(() => {
    const current = session.value;
    store(current);
    if (!current) return;
    const left = Math.min(current.until - Date.now(), LONGEST_TIMER_MS);
    const timer = setTimeout(endSession, Math.max(0, left));
    return () => clearTimeout(timer);
  });
  addEventListener('storage', ({ key }) => {
    if (key === KEY || key === null) void follow();
  });
  if (looking.peek()) void findSession();
}

/** The page waits only so long: an unreachable gateway shows at the sign-in, too. */
async function findSession(): Promise<void> {
  const timer = setTimeout(() => {
    looking.value = false;
  }, FOUND_WITHIN_MS);
  await look();
  clearTimeout(timer);
  looking.value = false;
}

/** Another tab has signed in or out, or has found that the session is over. */
async function follow(): Promise<void> {
  const stored = restore();
  if (stored) session.value = stored;
  else if (session.peek() && (await look()) === false) endSession();
}

/** Whether there is a session; then it is the one of this page. Undefined if nobody can say, or it has changed meanwhile. */
async function look(): Promise<boolean | undefined> {
  const before = session.peek();
  const isOld = () => session.peek() !== before;
  try {
    const found = sessionOf(await bare.peek().call('me', {}));
    if (isOld()) return undefined;
    if (JSON.stringify(found) !== JSON.stringify(session.peek())) session.value = found;
    else store(found); // it may have been taken away by a tab that was refused just before
    return true;
  } catch (error) {
    return isRefused(error) && !isOld() ? false : undefined;
  }
}

const clientBy = (fetch: typeof globalThis.fetch): Client =>
  createPageClient({ url: location.origin, language: language.value, fetch });

const sessionOf = ({ user, session: signedIn }: Reply): Session => ({
  userId: user.id,
  email: user.email,
  role: user.role,
  until: signedIn ? Date.parse(signedIn.expiresAt) : Number.MAX_SAFE_INTEGER,
});

function restore(): Session | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Session | null;
    return kept && typeof kept.userId === 'string' && kept.until > Date.now() ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** The gateway sets this cookie beside the session's: without it there is no session to be asked for. */
function mayBeSignedIn(): boolean {
  return /(^|; )ghostly_signed_in=/.test(document.cookie);
}

/** A browser may refuse to keep anything: then each tab asks for itself. */
function store(current: Session | undefined): void {
  try {
    const text = current && JSON.stringify(current);
    if (text === (localStorage.getItem(KEY) ?? undefined)) return;
    if (text) localStorage.setItem(KEY, text);
    else localStorage.removeItem(KEY);
  } catch {
    // The session stays in memory.
  }
}
