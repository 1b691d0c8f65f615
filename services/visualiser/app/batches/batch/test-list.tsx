import { useMemo, useState } from 'preact/hooks';
import type { BatchSummary, BatchTest } from '#shared/api/contract/batches/batches.ts';
import { Icon } from '../../kit/icon.tsx';
import { LargeScreen } from '../../run/pictures/screen.tsx';
import { locale } from '../../session/preferences.ts';
import { countedParts, listedOf, TEST_LOOKS, type TestPart } from '../test-parts.ts';
import { batchWords } from '../words.ts';
import type { KnownTests } from './known-tests.ts';
import { TestRow } from './test-row.tsx';

/** What there is to see of a test. */
export interface TestPicture {
  test: BatchTest['name'];
  path: string;
}

interface TestListProps {
  tests: KnownTests;
  batch: BatchSummary;
}

/** The tests of a batch, those that failed first; all of them or one part. */
export function TestList({ tests, batch: { counts, labels } }: TestListProps) {
  const words = batchWords.value;
  const [chosen, setChosen] = useState<TestPart | undefined>(undefined);
  const [picture, setPicture] = useState<TestPicture | undefined>(undefined);
  // They never change; the same ones let rows be that have not changed.
  const [shared] = useState(labels);
  const places = tests.places.value;
  const listed = useMemo(() => listedOf(places, chosen), [places, chosen]);
  return (
    <section class="card batch-tests" aria-label={words.testList}>
      <Filters counts={counts} chosen={chosen} onChoose={setChosen} />
      {listed.length === 0 && <p class="nothing">{words.noneLike}</p>}
      <ol>
        {listed.map(({ index }) => (
          <TestRow key={index} test={tests.at(index)} shared={shared} onPicture={setPicture} />
        ))}
      </ol>
      {picture && (
        <LargeScreen
          path={picture.path}
          alt={words.pictureOf(picture.test)}
          caption={picture.test}
          onClose={() => setPicture(undefined)}
        />
      )}
    </section>
  );
}

interface FiltersProps {
  counts: BatchSummary['counts'];
  chosen: TestPart | undefined;
  onChoose(part: TestPart | undefined): void;
}

/** How many tests there are of each part; one that is chosen stays, also once it is empty. */
function Filters({ counts, chosen, onChoose }: FiltersProps) {
  const words = batchWords.value;
  const parts = countedParts(counts);
  const shown =
    chosen === undefined || parts.some(({ part }) => part === chosen)
      ? parts
      : [...parts, { part: chosen, count: 0 }];
  return (
    <fieldset class="console-filters" aria-label={words.filter}>
      <button
        type="button"
        class="button compact"
        aria-pressed={chosen === undefined}
        onClick={() => onChoose(undefined)}
      >
        {words.all} <span class="soft">{counts.tests.toLocaleString(locale.value)}</span>
      </button>
      {shown.map(({ part, count }) => (
        <button
          key={part}
          type="button"
          class={`button compact ${TEST_LOOKS[part].tone}`}
          data-part={part}
          title={words.hints[part]}
          aria-pressed={part === chosen}
          onClick={() => onChoose(part)}
        >
          <Icon name={TEST_LOOKS[part].icon} size={13} />
          {words.parts[part](count)} <span class="soft">{count.toLocaleString(locale.value)}</span>
        </button>
      ))}
    </fieldset>
  );
}
