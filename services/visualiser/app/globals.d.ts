import type { Chart } from './run/chart/chart.ts';

declare global {
  /** Put in by the build. */
  const CHART: Chart;
  /** The same for where there is less room beside. */
  const TALL_CHART: Chart;
  const EXAMPLES: readonly { name: string; text: string }[];
}
