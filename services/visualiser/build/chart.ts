import { runMachine } from '#shared/run/machine.ts';
import { type Chart, labelWidths } from '../app/model/chart.ts';
import { layoutChart } from './layout.ts';
import { readMachine } from './machine-graph.ts';

const widthOf = (words: readonly string[]): number => Math.max(...labelWidths(words));

/** The run machine's chart: a change of the machine changes it, and nothing else has to know. */
export const runChart = (): Chart => layoutChart(readMachine(runMachine), widthOf);
