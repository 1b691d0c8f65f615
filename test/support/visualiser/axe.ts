import axe, { type AxeResults, type ImpactValue, type RunOptions } from 'axe-core';
import type { Page } from 'playwright';

const ANY: readonly ImpactValue[] = ['minor', 'moderate', 'serious', 'critical'];

interface Look {
  /** All of them, if none is named. */
  rules?: readonly string[];
  /** Selector of the part that is looked at. */
  within?: string;
  /** Only findings of these impacts. */
  impacts?: readonly ImpactValue[];
}

/** What axe finds on this page: rule and elements. */
export async function findings(page: Page, { rules, within, impacts = ANY }: Look = {}): Promise<string[]> {
  // Its half a megabyte is read once for each document, and not once for each look.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  const options: RunOptions = {
    resultTypes: ['violations'],
    ...(rules && { runOnly: { type: 'rule', values: [...rules] } }),
  };
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(${JSON.stringify(within ?? 'html')}, ${JSON.stringify(options)})`,
  );
  return violations
    .filter(({ impact }) => impact && impacts.includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`);
}

/** Those that are serious or critical. */
export const seriousFindings = (page: Page, ...rules: string[]): Promise<string[]> =>
  findings(page, { impacts: ['serious', 'critical'], ...(rules.length > 0 && { rules }) });
