import { runChart, tallRunChart } from '../../../build/chart.ts';

/** The run machine as it is drawn. The build of the visualiser puts in what this comes to, without what lays it out. */
export const CHART = runChart();
/** The same for where there is less room beside. */
export const TALL_CHART = tallRunChart();
