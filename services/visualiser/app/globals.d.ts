import type { Chart } from './model/chart.ts';

declare global {
  /** Put in by the build. */
  const CHART: Chart;
  const EXAMPLES: readonly { name: string; text: string }[];
}
