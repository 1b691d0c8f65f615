import type { RunDetail } from '#shared/client/index.ts';
import { describeStep } from '#shared/events/step-text.ts';
import { shortId } from '#shared/run/short-id.ts';
import { isFinal } from '#shared/run/status.ts';
import type { Moment } from '#shared/story/moment.ts';
import { hashOf } from '../model/route.ts';
import { standingOf } from '../model/run-list.ts';
import { isOfRunners, type Part, piecesOf, type Sentence, sentencesOf } from '../model/why.ts';
import { endOf } from '../model/why-ended.ts';
import { factsAt } from '../model/why-now.ts';
import { useNow } from '../state/clock.ts';
import { outages, unreadSince } from '../state/connection.ts';
import { clockText } from '../text/moment.ts';
import { text } from '../text/text.ts';
import { Screen } from './screen.tsx';

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
    </div>
  );
}

function Waits({ run: { waitingFor }, moment }: WhyProps) {
  const words = text.value;
  const unread = unreadSince(outages.value);
  const ticking = useNow(500, unread === undefined);
  const now = unread === undefined ? ticking : Date.parse(unread);
  const facts = waitingFor ?? factsAt(moment);
  if (!facts) return null;
  return (
    <p>
      {unread !== undefined && <em class="why-unread">{words.why.asItWas(clockText(unread))} </em>}
      <Sentences sentences={sentencesOf(facts, now, words)} />
      {isOfRunners(facts) && <a href="#/system">{words.why.toSystem}</a>}
    </p>
  );
}

function Ended({ run, moment }: WhyProps) {
  const words = text.value;
  const { sentences, error, step } = endOf(run, moment, words);
  // Of a step that could not be pictured, what the page was like before it.
  const pictured = step && moment.steps.findLast(({ picture }) => picture !== undefined);
  return (
    <>
      <p>
        <Sentences sentences={sentences} />
        {error !== undefined && <code class="why-error">{error}</code>}{' '}
        {step?.ended !== undefined && (
          <a href={hashOf({ view: 'run', id: run.id, seq: step.ended.seq })}>{words.why.look}</a>
        )}
      </p>
      {pictured?.picture !== undefined && (
        <div class="why-picture">
          <Screen
            path={pictured.picture}
            alt={words.run.pictureOf(`${pictured.index + 1}. ${pictured.step.action}`)}
            caption={`${pictured.index + 1}. ${describeStep(pictured.step)}`}
          />
        </div>
      )}
    </>
  );
}

/** The first says most. */
function Sentences({ sentences: [first, ...rest] }: { sentences: Sentence[] }) {
  return (
    <>
      {first && (
        <strong key={first.template}>
          <Told sentence={first} />
        </strong>
      )}{' '}
      {rest.map((sentence) => (
        <span key={sentence.template}>
          <Told sentence={sentence} />{' '}
        </span>
      ))}
    </>
  );
}

function Told({ sentence }: { sentence: Sentence }) {
  return (
    <>
      {piecesOf(sentence).map((piece, n) => (
        <Piece key={n} piece={piece} />
      ))}
    </>
  );
}

function Piece({ piece }: { piece: Part }) {
  if (typeof piece === 'string') return <>{piece}</>;
  if ('code' in piece) return <code>{piece.code}</code>;
  return <a href={hashOf({ view: 'run', id: piece.run })}>{shortId(piece.run)}</a>;
}
