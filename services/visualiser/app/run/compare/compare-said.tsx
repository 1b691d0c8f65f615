import type { ComparedStep } from '#shared/domain/story/compare.ts';
import { sayNews } from '#shared/domain/words/say-comparison.ts';
import { toneOfSaid } from '../said/said-tone.ts';
import { SentenceText } from '../sentence.tsx';
import { compareWords, comparisonTexts } from './words.ts';

interface CompareSaidProps {
  steps: readonly ComparedStep[];
  onChoose(n: number): void;
}

/** What the page said in this run and not in the other; each line chooses its step. */
export function CompareSaid({ steps, onChoose }: CompareSaidProps) {
  const words = compareWords.value;
  const lines = steps.flatMap(({ here, news }, n) =>
    news.map((one) => ({ n, one, index: here?.index ?? n })),
  );
  return (
    <section class="card" aria-labelledby="compare-said-title">
      <header class="desk-head">
        <h2 id="compare-said-title">{words.said}</h2>
      </header>
      {lines.length === 0 ? (
        <p class="nothing">{words.nothing}</p>
      ) : (
        <div class="console">
          <ol>
            {lines.map(({ n, one, index }, line) => (
              <li key={line} class={`said-${toneOfSaid(one.said)}`}>
                <button type="button" onClick={() => onChoose(n)}>
                  <span class="console-step">{index + 1}</span>
                  <span class="console-text">
                    <SentenceText sentence={sayNews(one, comparisonTexts.value)} />
                  </span>
                </button>
              </li>
            ))}
          </ol>
        </div>
      )}
    </section>
  );
}
