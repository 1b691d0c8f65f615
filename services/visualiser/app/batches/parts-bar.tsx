import type { BatchSummary } from '#shared/api/contract/batches/batches.ts';
import { Icon } from '../kit/icon.tsx';
import { locale } from '../session/preferences.ts';
import { countedParts, TEST_LOOKS } from './test-parts.ts';
import { batchWords } from './words.ts';

interface OfCounts {
  counts: BatchSummary['counts'];
}

/** How its tests do, as the lengths of parts; the counts beside it say the same. */
export function PartsBar({ counts }: OfCounts) {
  return (
    <div class="parts-bar" aria-hidden="true">
      {countedParts(counts).map(({ part, count }) => (
        <span key={part} class={TEST_LOOKS[part].tone} data-part={part} style={{ flexGrow: count }} />
      ))}
    </div>
  );
}

/** The same in numbers. */
export function PartCounts({ counts }: OfCounts) {
  const words = batchWords.value;
  return (
    <ul class="part-counts">
      {countedParts(counts).map(({ part, count }) => (
        <li key={part} class={TEST_LOOKS[part].tone} data-part={part} title={words.hints[part]}>
          <Icon name={TEST_LOOKS[part].icon} size={13} /> {count.toLocaleString(locale.value)}{' '}
          {words.parts[part](count)}
        </li>
      ))}
    </ul>
  );
}
