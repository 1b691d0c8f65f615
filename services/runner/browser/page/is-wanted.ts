import type { Page } from 'playwright';
import type { Step } from '#shared/domain/flow/step.ts';
import { raceSignal } from '../race.ts';
import type { StepValues } from '../results/step-values.ts';

/** Whether all that a step asks for with `when` is so now. */
export async function isWanted(
  { page, values }: { page: Page; values: StepValues },
  asked: NonNullable<Step['when']>,
  stop: AbortSignal,
): Promise<boolean> {
  const { visible, hidden, urlIncludes } = values.fill({ action: 'snapshot', when: asked }).when ?? {};
  const isVisible = (selector: string) => raceSignal(page.locator(selector).first().isVisible(), stop);
  if (urlIncludes !== undefined && !page.url().includes(urlIncludes)) return false;
  if (visible !== undefined && !(await isVisible(visible))) return false;
  return hidden === undefined || !(await isVisible(hidden));
}
