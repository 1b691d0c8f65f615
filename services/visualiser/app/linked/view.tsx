import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, type CallReply } from '#shared/api/client/index.ts';
import { Menu } from '../frame/menu.tsx';
import { OutageNotice } from '../frame/outage-notice.tsx';
import { Skeleton } from '../kit/empty.tsx';
import { Logo } from '../kit/icon.tsx';
import { withoutDirections } from '../kit/plain-text.ts';
import { useTitle } from '../kit/title.ts';
import { AnswerForm, AskedText } from '../run/answer/answer-form.tsx';
import { answerWords } from '../run/answer/words.ts';
import { problemText } from '../session/problem-text.ts';
import { clockText } from '../text/moment.ts';
import { answerByLink, askedBy } from './linked.ts';

type Question = CallReply<'readLinkedQuestion'>;

/** The question of a link, and the form that answers it: for a person who need not be signed in. */
export function LinkedAnswerView({ token }: { token: string }) {
  const words = answerWords.value.linked;
  const [question, setQuestion] = useState<Question>();
  const [refused, setRefused] = useState<unknown>();
  const [isSent, setSent] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    setRefused(undefined);
    askedBy(token, leaving.signal).then(setQuestion, (error: unknown) => {
      if (!leaving.signal.aborted) setRefused(error);
    });
    return () => leaving.abort();
  }, [token, tries]);
  useTitle(words.page);
  if (isSent) return <Message title={words.sent} lead={words.close} />;
  if (refused !== undefined) {
    const message = messageOf(refused);
    return (
      <Message {...message}>
        {message.isTransient && (
          <button type="button" class="button" onClick={() => setTries(tries + 1)}>
            {words.again}
          </button>
        )}
      </Message>
    );
  }
  return (
    <Frame>
      {question ? (
        <>
          <p class="soft linked-of">
            <bdi>{withoutDirections(words.of(question.flow, question.project))}</bdi>
          </p>
          <h1>{words.title}</h1>
          <div class="answer">
            <AskedText text={question.text} />
            <AnswerForm
              fields={question.fields}
              until={question.until}
              problemOf={problemText}
              onAnswer={async (values) => {
                try {
                  await answerByLink(token, values);
                  setSent(true);
                } catch (error) {
                  if (!isFinal(error)) throw error;
                  setRefused(error);
                }
              }}
            />
          </div>
        </>
      ) : (
        <Skeleton lines={4} />
      )}
    </Frame>
  );
}

const Frame = ({ children }: { children: ComponentChildren }) => (
  <div class="sign-in linked">
    <div class="sign-in-menu">
      <Menu />
    </div>
    <main class="sign-in-card">
      <Logo size={48} />
      {children}
    </main>
    <OutageNotice />
  </div>
);

interface MessageProps {
  title: string;
  lead: string;
  /** It may be different when it is tried again. */
  isTransient?: boolean;
}

const Message = ({ title, lead, children }: MessageProps & { children?: ComponentChildren }) => (
  <Frame>
    <div role="status">
      <h1>{title}</h1>
      <p class="lead">{lead}</p>
    </div>
    {children}
  </Frame>
);

const FINAL: ReadonlySet<number> = new Set([403, 404, 409, 410]);

/** No answer by this link will be taken. */
const isFinal = (error: unknown): boolean => error instanceof ApiError && FINAL.has(error.status);

function messageOf(error: unknown): MessageProps {
  const words = answerWords.value.linked;
  if (!(error instanceof ApiError) || !isFinal(error))
    return { title: words.lost, lead: problemText(error), isTransient: true };
  const { answered } = error.body;
  if (answered) return { title: words.answered, lead: words.answeredLead(clockText(answered.at)) };
  if (error.status === 403) return { title: words.forbidden, lead: words.forbiddenLead };
  if (error.status === 404) return { title: words.unknown, lead: words.unknownLead };
  if (error.status === 410) return { title: words.over, lead: words.overLead };
  return { title: words.notAsked, lead: words.notAskedLead };
}
