/*
 * Types values of the vault into a page: the field is found, the origin of its frame is asked, and only then anything is
 * opened. A field that goes away meanwhile is looked for again, and so is its origin. Owns no state.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { isMarked } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import type { ValueLookUp } from '#shared/domain/flow/template.ts';
import { namesVault, vaultNamesIn } from '#shared/domain/flow/vault.ts';
import { StepFailure } from '../errors.ts';
import { type Field, findField } from './field.ts';
import type { OpenedText, PlaceInRun, RunVault } from './run-vault.ts';

type Fill = Step & { action: 'fill' };

interface Typing {
  page: Page;
  /** The values of the run. */
  values: { fill(step: Step, opened: ValueLookUp): Step };
  vault: RunVault;
  place: PlaceInRun;
  signal: AbortSignal;
  /** ms. */
  timeout: number;
}

/** Between a field that went away and the look for it, ms. */
const PAUSE_MS = 50;

/** `selector`: that of the step, filled in. @throws StepFailure; Playwright's error if there is no such field in time */
export async function typeSecret(posted: Fill, selector: string, typing: Typing): Promise<void> {
  const { page, signal, timeout } = typing;
  const end = performance.now() + timeout;
  const left = () => Math.max(1, end - performance.now());
  const textAt = createTexts(posted, typing, left);
  for (;;) {
    const field = await findField(page, selector, { signal, left });
    const outcome = field ? await typeInto(field, textAt, typing).finally(field.release) : 'gone';
    if (outcome === 'typed') return;
    if (outcome === 'untaken')
      throw new StepFailure('secrets are typed into inputs and text areas that take text');
    await delay(PAUSE_MS, undefined, { signal });
  }
}

async function typeInto(
  field: Field,
  textAt: (origin: string) => Promise<string>,
  { vault, signal }: Typing,
): ReturnType<Field['type']> {
  const text = await textAt(field.origin);
  signal.throwIfAborted();
  // A process that was held up may have lost the run since.
  if (!vault.mayAct()) throw new StepFailure('this runner may not act on the run any more');
  vault.secrets.onTyping();
  return field.type(text);
}

/** The text of the step at an origin: opened once for each, and once more for a code that is over. */
function createTexts(
  posted: Fill,
  { values, vault, place, signal }: Typing,
  left: () => number,
): (origin: string) => Promise<string> {
  const known = new Map<string, { text: string; until: number }>();
  return async (origin) => {
    const last = known.get(origin);
    if (last && performance.now() < last.until) return last.text;
    const opened = new Map<string, OpenedText>();
    for (const name of vaultNamesIn(posted))
      opened.set(keyOf(name), await vault.open(name, { place, origin, signal, left }));
    const filled = values.fill(posted, (reference) => {
      if (!namesVault(reference)) return undefined;
      const [name = '', field] = reference.path;
      return opened.get(keyOf({ root: reference.root, name, field }))?.text;
    }) as Fill;
    vault.secrets.learn([filled.value], { isMarked: isMarked(posted) });
    const ends = [...opened.values()].map(({ until = Number.POSITIVE_INFINITY }) => until);
    known.set(origin, { text: filled.value, until: Math.min(...ends) });
    return filled.value;
  };
}

const keyOf = ({ root, name, field = '' }: { root: string; name: string; field?: string | undefined }) =>
  `${root}.${name}.${field}`;
