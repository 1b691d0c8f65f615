import type { Receipt } from '#shared/api/client/index.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { sayKept } from '#shared/domain/words/say-hop.ts';
import { Fact } from '../../kit/fact.tsx';
import { Icon } from '../../kit/icon.tsx';
import { session } from '../../session/session.ts';
import { momentText } from '../../text/moment.ts';
import { text } from '../../text/text.ts';
import { Hops } from './receipt-hops.tsx';

/** The receipt of a cancel that is over: who asked for it, what was kept, and how long each hop took. */
export function ReceiptCard({ receipt }: { receipt: Receipt }) {
  const { stop } = text.value;
  return (
    <section class="stopping receipt" aria-labelledby="receipt-title">
      <h3 id="receipt-title">
        <Icon name="slash" />
        {stop.receipt}
        {receipt.totalMs !== undefined && (
          <span class="receipt-total">{formatDuration(receipt.totalMs)}</span>
        )}
      </h3>
      <div class="receipt-parts">
        <Asked receipt={receipt} />
        <Hops receipt={receipt} />
      </div>
    </section>
  );
}

function Asked({ receipt: { requested, evidence } }: { receipt: Receipt }) {
  const { stop, words } = text.value;
  return (
    <dl class="facts">
      <Fact name={stop.by}>
        <bdi>{whoOf(requested)}</bdi>
      </Fact>
      <Fact name={stop.when}>
        <time dateTime={requested.at}>{momentText(requested.at)}</time>
      </Fact>
      <Fact name={stop.why}>
        {requested.reason === undefined ? (
          <span class="soft">{stop.noReason}</span>
        ) : (
          <bdi>{requested.reason}</bdi>
        )}
      </Fact>
      <Fact name={stop.mode}>{stop[requested.mode]}</Fact>
      <Fact name={stop.kept}>{sayKept(evidence, words)}</Fact>
    </dl>
  );
}

function whoOf({ user, key, source }: Receipt['requested']): string {
  const { stop, words } = text.value;
  const who = user ? (user.email ?? user.id) : words.sources[source];
  if (key) return `${who} ${stop.withKey(key.label ?? key.id)}`;
  // Only admins see the keys of others, so for them no key means a session.
  const { email, role } = session.value ?? {};
  const seesKey = role === 'admin' || (user?.email !== undefined && user.email === email);
  return user && seesKey ? `${who} ${stop.signedIn}` : who;
}
