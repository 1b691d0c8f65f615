import { z } from 'zod';
import type { Grant } from './access.ts';
import type { Issuer } from './issuer.ts';

/** A connection, as the server names it. */
export interface ConnectionRef {
  serverId: string;
  /** Unique until the server restarts. */
  id: number;
}

/** A sign-in request from the NATS server. */
export interface SignIn {
  user: string | undefined;
  /** The token, or the password. */
  secret: string | undefined;
  connection: ConnectionRef;
  /** Both are repeated in the reply. */
  userKey: string;
  serverKey: string;
}

const text = z.string().optional();
const requestSchema = z.object({
  nats: z.object({
    user_nkey: z.string(),
    server_id: z.object({ id: z.string() }),
    client_info: z.object({ id: z.int() }),
    connect_opts: z.object({ auth_token: text, user: text, pass: text }),
  }),
});

/** Undefined for anything but a request from the server. Only the server can publish these in the services' account. */
export function readSignIn(jwt: string): SignIn | undefined {
  const result = requestSchema.safeParse(payloadOf(jwt));
  if (!result.success) return undefined;
  const {
    user_nkey: userKey,
    server_id: server,
    client_info: client,
    connect_opts: given,
  } = result.data.nats;
  return {
    user: given.user,
    secret: given.auth_token ?? given.pass,
    connection: { serverId: server.id, id: client.id },
    userKey,
    serverKey: server.id,
  };
}

function payloadOf(jwt: string): unknown {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Enough for any client on one connection. */
const MAX_SUBSCRIPTIONS = 1_000;
const MAX_PAYLOAD = 16_384;

export interface Admission {
  grant: Grant;
  /** Shown in the server's logs. */
  name: string;
  /** When the server ends the connection, ms since the epoch. */
  until: number;
}

/** The reply that grants the sign-in. */
export function signAdmission(issuer: Issuer, { userKey, serverKey }: SignIn, admission: Admission): string {
  const { grant, name, until } = admission;
  const jwt = issuer.sign({
    sub: userKey,
    aud: grant.account,
    name,
    exp: Math.floor(until / 1_000),
    nats: {
      type: 'user',
      version: 2,
      subs: MAX_SUBSCRIPTIONS,
      data: -1,
      payload: MAX_PAYLOAD,
      // An empty list would allow everything.
      pub: grant.publish.length > 0 ? { allow: grant.publish } : { deny: ['>'] },
      sub: grant.subscribe.length > 0 ? { allow: grant.subscribe } : { deny: ['>'] },
    },
  });
  return answer(issuer, userKey, serverKey, { jwt });
}

/** The reply that refuses it. The client learns only that it was refused; the reason is for the server's log. */
export const refused = (issuer: Issuer, { userKey, serverKey }: SignIn, error: string): string =>
  answer(issuer, userKey, serverKey, { error });

const answer = (issuer: Issuer, sub: string, aud: string, what: { jwt: string } | { error: string }) =>
  issuer.sign({ sub, aud, nats: { type: 'authorization_response', version: 2, ...what } });
