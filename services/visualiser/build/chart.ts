import { runMachine } from '#shared/domain/run/machine.ts';
import { type Chart, labelWidths } from '../app/run/chart/chart.ts';
import { layoutChart } from './layout.ts';
import { readMachine } from './machine-graph.ts';
import { TALL, WIDE } from './placing.ts';

const widthOf = (words: readonly string[]): number => Math.max(...labelWidths(words));

/** Parts of a unit of the drawing are less than a pixel, and would be a fifth of what is loaded. */
const inWholeUnits = (chart: Chart): Chart =>
  JSON.parse(JSON.stringify(chart).replace(/\d+\.\d+/g, (number) => String(Math.round(Number(number)))));

/** The run machine's charts: a change of the machine changes them, and nothing else has to know. */
const graph = readMachine(runMachine);
export const runChart = (): Chart => inWholeUnits(layoutChart(graph, widthOf, WIDE));
export const tallRunChart = (): Chart => inWholeUnits(layoutChart(graph, widthOf, TALL));
