import type { ReadonlySignal } from '@preact/signals';
import type { BatchTest } from '#shared/api/contract/batches/batches.ts';
import { QUARANTINE } from '#shared/domain/batch/rules.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { useNow } from '../../kit/clock.ts';
import { Icon } from '../../kit/icon.tsx';
import { hashOf } from '../../session/route.ts';
import { text } from '../../text/text.ts';
import { ATTEMPT_LOOKS, errorOf, failedPicture, standingOfAttempt, type TestAttempt } from '../attempts.ts';
import { TEST_LOOKS } from '../test-parts.ts';
import { batchWords } from '../words.ts';
import type { TestPicture } from './test-list.tsx';

interface TestRowProps {
  test: ReadonlySignal<BatchTest>;
  /** Labels that all tests of the batch have: those are named once. */
  shared: readonly string[];
  onPicture(picture: TestPicture): void;
}

/** A test: how it stands, its attempts, and why it failed. It is drawn anew only if something of it has changed. */
export function TestRow({ test: { value: test }, shared, onPicture }: TestRowProps) {
  const words = batchWords.value;
  const { status, labels, attempts } = test;
  const { icon, tone } = TEST_LOOKS[status];
  const last = attempts.at(-1);
  const error = errorOf(test);
  return (
    <li class="test-row" data-status={status}>
      <span class={`badge ${tone}`} title={words.hints[status]}>
        <Icon name={icon} size={13} />
        {words.parts[status](1)}
      </span>
      <span class="test-name">
        <Name test={test} />
        <Labels labels={labels.filter((label) => !shared.includes(label))} />
      </span>
      <Ways test={test} onPicture={onPicture} />
      <span class="test-took soft">{last && <TestTook attempt={last} />}</span>
      {error !== undefined && (
        <p class="test-error is-error" title={error}>
          {error}
        </p>
      )}
    </li>
  );
}

/** What it is called; leads to its last run. */
function Name({ test: { name, attempts } }: { test: BatchTest }) {
  const last = attempts.at(-1);
  if (!last) return <bdi>{name}</bdi>;
  return (
    <a href={hashOf({ view: 'run', id: last.runId })}>
      <bdi>{name}</bdi>
    </a>
  );
}

/** Its attempts, if there are several, and the picture of the last one that failed. */
function Ways({ test, onPicture }: Pick<TestRowProps, 'onPicture'> & { test: BatchTest }) {
  const words = batchWords.value;
  const { name, attempts } = test;
  const path = failedPicture(test);
  return (
    <span class="test-ways">
      {attempts.length > 1 &&
        attempts.map((attempt) => <AttemptLink key={attempt.attempt} test={name} attempt={attempt} />)}
      {path !== undefined && (
        <button
          type="button"
          class="button compact"
          aria-label={words.pictureOf(name)}
          onClick={() => onPicture({ test: name, path })}
        >
          <Icon name="eye" size={13} />
          {words.picture}
        </button>
      )}
    </span>
  );
}

function Labels({ labels }: { labels: readonly string[] }) {
  const { hints } = batchWords.value;
  return (
    <>
      {labels.map((label) => (
        <bdi key={label} class="tag" title={label === QUARANTINE ? hints.quarantined : undefined}>
          {label}
        </bdi>
      ))}
    </>
  );
}

/** One of several attempts, which leads to its run. */
function AttemptLink({ test, attempt }: { test: string; attempt: TestAttempt }) {
  const standing = standingOfAttempt(attempt);
  const { icon, tone } = ATTEMPT_LOOKS[standing];
  const label = batchWords.value.attempt(test, attempt.attempt, text.value.standing[standing]);
  return (
    <a
      class={`badge ${tone}`}
      href={hashOf({ view: 'run', id: attempt.runId })}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} size={13} />
      {attempt.attempt}
    </a>
  );
}

/** How long it took, or takes already. */
function TestTook({ attempt: { startedAt, outcome, durationMs } }: { attempt: TestAttempt }) {
  const now = useNow(1_000, outcome === undefined);
  if (outcome === undefined) return <>{formatAge(now - Date.parse(startedAt))}</>;
  return <>{durationMs === undefined ? '' : formatDuration(durationMs)}</>;
}
