import { useState } from 'preact/hooks';
import { Icon } from '../../kit/icon.tsx';
import { FormProblem } from '../../kit/problem.tsx';
import { problemText } from '../../session/problem-text.ts';
import { useSending } from '../../session/sending.ts';
import { client } from '../../session/session.ts';
import { answerWords } from './words.ts';

/** Makes a link that answers the question, and copies it; where that cannot be, it is shown to be copied by hand. */
export function LinkButton({ runId }: { runId: string }) {
  const words = answerWords.value;
  const [made, setMade] = useState<{ url: string; isCopied: boolean }>();
  const { busy, setBusy, problem, send } = useSending(problemText);
  const copy = () =>
    send(async () => {
      const { url } = await client.peek().call('makeAnswerLink', { params: { id: runId } });
      setMade({ url, isCopied: await isCopied(url) });
      setBusy(false);
    });
  return (
    <>
      <button type="button" class="button" disabled={busy} onClick={() => void copy()}>
        <Icon name="link" />
        {made?.isCopied ? words.linkCopied : words.copyLink}
      </button>
      <span class="sr" role="status">
        {made?.isCopied ? words.linkCopied : ''}
      </span>
      {made && (
        <label class="field answer-link">
          <span class="soft">{words.linkHint}</span>
          <input readOnly value={made.url} onFocus={({ currentTarget }) => currentTarget.select()} />
        </label>
      )}
      <FormProblem text={problem} />
    </>
  );
}

/** Over plain HTTP from another machine there is no clipboard. */
const isCopied = (text: string): Promise<boolean> =>
  Promise.resolve()
    .then(() => navigator.clipboard.writeText(text))
    .then(
      () => true,
      () => false,
    );
