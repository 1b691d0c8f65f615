import type { RunDetail } from '#shared/api/client/index.ts';
import { judgedText } from '#shared/domain/words/say-stop.ts';
import { Fact } from '../../kit/fact.tsx';
import { Icon } from '../../kit/icon.tsx';
import { momentText } from '../../text/moment.ts';
import { text } from '../../text/text.ts';

/** Why the supervisor ended a run that had no live actor, as it knew it then. */
export function VerdictCard({ cancel }: { cancel: NonNullable<RunDetail['cancel']> }) {
  const { stop, words } = text.value;
  const { verdict, lateResults = [] } = cancel;
  if (!verdict) return null;
  return (
    <section class="stopping verdict" aria-labelledby="verdict-title">
      <h3 id="verdict-title">
        <Icon name="warning" />
        {stop.verdict}
      </h3>
      <p>
        <strong>{judgedText(verdict, words)}</strong> {stop.verdictLead}
      </p>
      <dl class="facts">
        <Fact name={stop.verdictOwner}>
          <code>{verdict.owner?.slice(0, 8) ?? '–'}</code>
        </Fact>
        <Fact name={stop.verdictEpoch}>{verdict.epoch}</Fact>
        <Fact name={stop.verdictHeartbeat}>
          {verdict.lastHeartbeat === undefined ? stop.never : momentText(verdict.lastHeartbeat)}
        </Fact>
        <Fact name={stop.verdictBrowser}>{verdict.browser === 'gone' ? stop.gone : stop.unknown}</Fact>
      </dl>
      {verdict.detail !== undefined && <p class="soft">{verdict.detail}</p>}
      {lateResults.length > 0 && <p class="soft">{stop.lateResults(lateResults.length)}</p>}
    </section>
  );
}
