import type { RunDetail } from '#shared/api/client/index.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import { waitAt } from '#shared/domain/story/wait-of.ts';
import { isWaitCode, WAIT_TRAITS } from '#shared/domain/story/waits.ts';
import type { Words } from '#shared/domain/words/en.ts';
import type { Sentence } from '#shared/domain/words/pieces.ts';
import { say } from '#shared/domain/words/say.ts';
import { sayEnd } from '#shared/domain/words/say-end.ts';
import { sayStop } from '#shared/domain/words/say-stop.ts';
import { sayWebhooks } from '#shared/domain/words/say-webhooks.ts';
import { asItWas } from '../../kit/as-it-was.tsx';
import { useNow } from '../../kit/clock.ts';
import { onDemand } from '../../kit/on-demand.tsx';
import { standingOf } from '../../kit/standing/standing.ts';
import { hashOf } from '../../session/route.ts';
import { text } from '../../text/text.ts';
import { SentenceText } from '../sentence.tsx';

const CompareLink = onDemand(async () => (await import('../compare/compare-link.tsx')).CompareLink);

interface WhyProps {
  run: RunDetail;
  /** The last one. */
  moment: Moment;
}

/** What a run waits for, counted on live; of one that is over, why it ended so. */
export function Why({ run, moment }: WhyProps) {
  return (
    <div class={`why tone-${standingOf(run)}`} data-why={run.waitingFor?.code ?? ''}>
      {isFinal(run.status) ? <Ended run={run} moment={moment} /> : <Waits run={run} moment={moment} />}
      {run.status === 'fail' && <CompareLink run={run} />}
    </div>
  );
}

/** Who stops a run that has not ended yet. */
const stoppedBy = (cancel: RunDetail['cancel'], words: Words, now: number): Sentence[] =>
  cancel === undefined ? [] : sayStop(cancel, words, now);

function Waits({ run: { waitingFor, cancel, webhooks }, moment }: WhyProps) {
  const { run: texts, words } = text.value;
  const old = asItWas();
  const now = useNow(500);
  const facts = waitingFor ?? waitAt(moment);
  if (!facts) return null;
  const besides = [...stoppedBy(cancel, words, now), ...sayWebhooks(webhooks, words)];
  const isOfRunners = isWaitCode(facts.code) && WAIT_TRAITS[facts.code].kind === 'queue';
  return (
    <p>
      {old !== undefined && <em class="why-unread">{old}: </em>}
      <Sentences sentences={[...say(facts, words, now), ...besides]} />
      {isOfRunners && <a href="#/system">{texts.toSystem}</a>}
    </p>
  );
}

function Ended({ run, moment }: WhyProps) {
  const { run: texts, words } = text.value;
  const { sentences, error, step } = sayEnd(run, moment, words, useNow(10_000, run.cancel !== undefined));
  return (
    <p>
      <Sentences sentences={sentences} />
      {error !== undefined && <code class="why-error">{error}</code>}{' '}
      {step?.ended !== undefined && (
        <a href={hashOf({ view: 'run', id: run.id, seq: step.ended.seq })}>{texts.look}</a>
      )}
      <Further sentences={sayWebhooks(run.webhooks, words)} />
    </p>
  );
}

/** The first says most. */
function Sentences({ sentences: [first, ...rest] }: { sentences: readonly Sentence[] }) {
  return (
    <>
      {first && (
        <strong>
          <SentenceText sentence={first} />
        </strong>
      )}
      <Further sentences={rest} />
    </>
  );
}

function Further({ sentences }: { sentences: readonly Sentence[] }) {
  return (
    <>
      {' '}
      {sentences.map((sentence, n) => (
        <span key={n}>
          <SentenceText sentence={sentence} />{' '}
        </span>
      ))}
    </>
  );
}
