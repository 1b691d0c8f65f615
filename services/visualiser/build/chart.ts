import { runMachine } from '#shared/domain/run/machine.ts';
import { type Chart, labelWidths } from '../app/run/chart/chart.ts';
import { layoutChart } from './layout.ts';
import { readMachine } from './machine-graph.ts';
import { TALL, WIDE } from './placing.ts';

const widthOf = (words: readonly string[]): number => Math.max(...labelWidths(words));

/** The run machine's charts: a change of the machine changes them, and nothing else has to know. */
const graph = readMachine(runMachine);
export const runChart = (): Chart => layoutChart(graph, widthOf, WIDE);
export const tallRunChart = (): Chart => layoutChart(graph, widthOf, TALL);
