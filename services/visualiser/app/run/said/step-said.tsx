import type { StepSpan } from '#shared/domain/story/history.ts';
import { isNotable } from '#shared/domain/story/notable.ts';
import { sayPage } from '#shared/domain/words/say-page.ts';
import { text } from '../../text/text.ts';
import { SentenceText } from '../sentence.tsx';
import { toneOfSaid } from './said-tone.ts';

const SHOWN = 4;

/** What the page said in a step, as far as it may be why the step did not get on; the console has the rest. A document that came is no news. */
export function StepSaid({ step, onConsole }: { step: StepSpan; onConsole(): void }) {
  const { run, words } = text.value;
  const { said = [] } = step;
  const shown = said.filter(isNotable).slice(0, SHOWN);
  const rest = said.filter((one) => isNotable(one) || one.kind !== 'navigation').length - shown.length;
  if (shown.length + rest === 0) return null;
  return (
    <div class="step-said">
      <ul>
        {shown.map((one, n) => (
          <li key={n} class={`said-${toneOfSaid(one)}`}>
            <SentenceText sentence={sayPage(one, words)} />
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <button type="button" class="more" onClick={onConsole}>
          {run.moreSaid(rest)}
        </button>
      )}
    </div>
  );
}
