/*
 * Types values of the vault into a page: the field is found, the origin of its frame is asked, and only then anything is
 * opened. A field that goes away meanwhile is looked for again, and so is its origin. Owns no state.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { isMarked } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { namesVault, vaultNamesIn } from '#shared/domain/flow/vault.ts';
import { StepFailure } from '../errors.ts';
import type { StepValues } from '../results/step-values.ts';
import { type Field, findField } from './field.ts';
import type { RunVault, StepPlace } from './run-vault.ts';

type Fill = Step & { action: 'fill' };

interface Typing {
  page: Page;
  values: StepValues;
  vault: RunVault;
  place: StepPlace;
  signal: AbortSignal;
  /** ms. */
  timeout: number;
}

/** Between a field that went away and the look for it, ms. */
const PAUSE_MS = 50;

/** @throws StepFailure; Playwright's error if there is no such field in time */
export async function typeSecret(posted: Fill, typing: Typing): Promise<void> {
  const { page, values, signal, timeout } = typing;
  const end = performance.now() + timeout;
  const left = () => Math.max(1, end - performance.now());
  const { selector } = values.fill({ ...posted, value: '' }) as Fill;
  const textAt = createTexts(posted, typing, left);
  for (;;) {
    const field = await findField(page, selector, { signal, left });
    const outcome = field ? await typeInto(field, textAt, typing).finally(field.release) : 'gone';
    if (outcome === 'typed') return;
    if (outcome === 'untaken') throw new StepFailure('the element takes no text');
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
  return field.type(text);
}

/** The text of the step at an origin, opened once for each. */
function createTexts(
  posted: Fill,
  { values, vault, place, signal }: Typing,
  left: () => number,
): (origin: string) => Promise<string> {
  let known: { origin: string; text: string } | undefined;
  return async (origin) => {
    if (known?.origin === origin) return known.text;
    const opened = new Map<string, string>();
    for (const name of vaultNamesIn(posted))
      opened.set(keyOf(name), await vault.open(name, { place, origin, signal, left }));
    const filled = values.fill(posted, (reference) => {
      if (!namesVault(reference)) return undefined;
      const [name = '', field] = reference.path;
      return opened.get(keyOf({ root: reference.root, name, field }));
    }) as Fill;
    await vault.secrets.learn([filled.value], { isMarked: isMarked(posted) });
    known = { origin, text: filled.value };
    return filled.value;
  };
}

const keyOf = ({ root, name, field = '' }: { root: string; name: string; field?: string | undefined }) =>
  `${root}.${name}.${field}`;
