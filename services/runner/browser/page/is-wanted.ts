import type { Page } from 'playwright';
import type { Step } from '#shared/domain/flow/step.ts';
import { raceSignal } from '../race.ts';
import type { StepValues } from '../results/step-values.ts';
import type { RunVault } from '../vault/run-vault.ts';
import { refuseSelectorsOfValues } from '../vault/unread.ts';

/** Whether all that a step asks for with `when` is so now. */
export async function isWanted(
  { page, values, vault }: { page: Page; values: StepValues; vault: RunVault },
  asked: NonNullable<Step['when']>,
  stop: AbortSignal,
): Promise<boolean> {
  const step = values.fill({ action: 'snapshot', when: asked });
  if (vault.secrets.hasTyped) refuseSelectorsOfValues(step);
  const { visible, hidden, urlIncludes } = step.when ?? {};
  const isVisible = (selector: string) => raceSignal(page.locator(selector).first().isVisible(), stop);
  if (urlIncludes !== undefined && !page.url().includes(urlIncludes)) return false;
  if (visible !== undefined && !(await isVisible(visible))) return false;
  return hidden === undefined || !(await isVisible(hidden));
}
