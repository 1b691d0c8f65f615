import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';

/** What axe finds on this page that is serious or critical: rule and elements. By all rules, if none is named. */
export async function seriousFindings(page: Page, ...rules: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] });
  // Without it, each look opens a page more to gather the findings of frames, and the visualiser has none.
  axe.setLegacyMode();
  if (rules.length > 0) axe.withRules(rules);
  return (await axe.analyze()).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`);
}
