/* The chart has every state and every move that a run can make, and can be read wherever it is drawn. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { budgetOf } from '#shared/domain/run/budget.ts';
import { initialSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import {
  type Chart,
  type ChartNode,
  edgesBetween,
  labelWidths,
  labelWords,
  legibleChart,
  litWordOf,
} from '../../../../../../services/visualiser/app/run/chart/chart.ts';
import { runChart, tallRunChart } from '../../../../../../services/visualiser/build/chart.ts';
import { allStates, PASSING, pathOf } from '../../../../../support/model/machine-states.ts';
import { everyMove } from '../../../../../support/model/machine-world.ts';

const chart = runChart();
const tall = tallRunChart();
const isInside = (inner: ChartNode, outer: ChartNode) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const overlap = (a: ChartNode, b: ChartNode) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Every step from one state to another that a run can make, found by trying everything everywhere. */
function possibleMoves(): string[] {
  const budget = budgetOf({ graceMs: 2_500, leaseMs: 10_000 });
  const input = { stepTimeouts: [1_000, 1_000], atomicSteps: [0], cleanupSteps: 2, budget };
  const moves = everyMove(initialSnapshot(input)).map(({ from, to }) => `${stateOf(from)} ${stateOf(to)}`);
  return [...new Set(moves)].filter((move) => move.split(' ')[0] !== move.split(' ')[1]);
}

describe('the chart', () => {
  it('has every state of the machine, but the one that is passed at once', () => {
    const states = allStates().map(pathOf);
    expect(chart.nodes.map(({ id }) => id).sort()).toEqual(states.filter((id) => id !== PASSING).sort());
  });

  it('draws an arrow for every step that a run can make', () => {
    const moves = possibleMoves();
    expect(moves.length).toBeGreaterThan(25);
    const missing = moves.filter((move) => {
      const [from = '', to = ''] = move.split(' ');
      return edgesBetween(chart, from, to).length === 0;
    });
    expect(missing).toEqual([]);
  });

  it('draws no arrow to or from what is not there', () => {
    const known = new Set(chart.nodes.map(({ id }) => id));
    expect(chart.edges.filter(({ from, to }) => !known.has(from) || !known.has(to))).toEqual([]);
    expect(new Set(chart.edges.map(({ id }) => id)).size).toBe(chart.edges.length);
  });

  it('labels arrows with their events', () => {
    const labelOf = (from: string, to: string) => labelWords(edgesBetween(chart, from, to)[0]!);
    expect(labelOf('running.queued', 'running.launching')).toEqual(['CLAIM']);
    expect(labelOf('running.launching', 'cancelling.aborting')).toEqual(['CANCEL']);
    expect(labelOf('running.launching', 'running.settling')).toEqual(['error', 'late']);
    expect(labelOf('cancelling.closing', 'fail')).toEqual(['done']);
  });
});

describe.each([
  ['wide', chart],
  ['tall', tall],
])('a %s chart', (_, drawn) => {
  it('keeps states inside their boxes, and apart from each other', () => {
    const nodeOf = (id: string): ChartNode => drawn.nodes.find((node) => node.id === id)!;
    for (const { id } of drawn.nodes.filter((node) => node.id.includes('.'))) {
      const box = id.slice(0, id.lastIndexOf('.'));
      expect(isInside(nodeOf(id), nodeOf(box)), `${id} in ${box}`).toBe(true);
    }
    const states = drawn.nodes.filter(({ kind }) => kind !== 'box');
    const pairs = states.flatMap((a, n) => states.slice(n + 1).map((b) => [a, b] as const));
    expect(pairs.filter(([a, b]) => overlap(a, b)).map(([a, b]) => `${a.id} ${b.id}`)).toEqual([]);
  });

  it('keeps all of it, labels too, on the sheet', () => {
    for (const { x, y, width, height } of drawn.nodes) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(drawn.width);
      expect(y + height).toBeLessThanOrEqual(drawn.height);
    }
    for (const edge of drawn.edges) {
      const half = labelWidths(labelWords(edge)).reduce((all, one) => all + one, 0) / 2;
      expect(edge.label.x - half, edge.id).toBeGreaterThanOrEqual(0);
      expect(edge.label.x + half, edge.id).toBeLessThanOrEqual(drawn.width);
      expect(edge.path, edge.id).toMatch(/^M[-\d. ]+[LVQCc]/);
      expect(edge.path).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

describe('a tall chart', () => {
  it('has the states and arrows of the wide one, and fits where that does not', () => {
    expect(tall.nodes.map(({ id, kind }) => [id, kind])).toEqual(
      chart.nodes.map(({ id, kind }) => [id, kind]),
    );
    expect(tall.edges.map(({ id, causes }) => [id, causes])).toEqual(
      chart.edges.map(({ id, causes }) => [id, causes]),
    );
    // 768 px, without what is beside it on the page.
    expect(legibleChart([chart, tall], 694)).toBe(tall);
    expect(legibleChart([chart, tall], 1_100)).toBe(chart);
    expect(legibleChart([chart, tall], 320)).toBeUndefined();
  });
});

describe('the way of a run', () => {
  const ids = (from: string, to: string) => edgesBetween(chart, from, to).map(({ id }) => id);

  it('goes by the arrow of the innermost state that has one', () => {
    expect(ids('running.stepping.acting', 'cancelling.finishing')).toEqual([
      'running.stepping.acting>cancelling.finishing',
    ]);
    expect(ids('running.stepping.acting', 'cancelling.aborting')).toEqual(['running>cancelling.aborting']);
    expect(ids('running.stepping.acting', 'fail')).toEqual(['running>fail']);
  });

  it('goes by two arrows where a state was passed without a rest', () => {
    expect(ids('running.stepping.acting', 'cancelling.closing')).toEqual([
      'running>cancelling.aborting',
      'cancelling.aborting>cancelling.closing',
    ]);
  });

  it('goes by the arrow of what caused it, where several lead there', () => {
    const failed = (kind: 'event' | 'done' | 'late', name: string) =>
      edgesBetween(chart, 'running.settling', 'fail', { kind, name }).map(({ id }) => id);
    expect(failed('done', 'settle')).toEqual(['running.settling>fail']);
    expect(failed('late', 'settle')).toEqual(['running.settling>fail']);
    expect(failed('event', 'STALE')).toEqual(['running>fail']);
  });

  it('lights the one word that caused it, and none if that is not known', () => {
    const [late] = edgesBetween(chart, 'running.launching', 'running.settling');
    expect(litWordOf(late!, { kind: 'late', name: 'run' })).toBe('late');
    expect(litWordOf(late!, { kind: 'error', name: 'launch' })).toBe('error');
    expect(litWordOf(late!, undefined)).toBeUndefined();
    const [claimed] = edgesBetween(chart, 'running.queued', 'running.launching');
    expect(litWordOf(claimed!, undefined)).toBe('CLAIM');
    const [taken, passed] = edgesBetween(chart, 'running.stepping.acting', 'cancelling.closing', {
      kind: 'event',
      name: 'CANCEL',
    });
    expect([
      litWordOf(taken!, { kind: 'event', name: 'CANCEL' }),
      litWordOf(passed!, undefined, true),
    ]).toEqual(['CANCEL', 'always']);
  });

  it('lights a cross where a step has failed, from there to the end, and a tick where none has', () => {
    const done = (name: string, failed?: true) => ({
      kind: 'done' as const,
      name,
      ...(failed && { failed }),
    });
    const lit = (from: string, to: string, cause: ReturnType<typeof done>) =>
      litWordOf(edgesBetween(chart, from, to, cause)[0]!, cause);
    const [acting, checkpoint] = ['running.stepping.acting', 'running.stepping.checkpoint'];
    expect(lit(acting!, checkpoint!, done('step'))).toBe('done');
    expect(lit(acting!, checkpoint!, done('step', true))).toBe('error');
    expect(lit(checkpoint!, 'running.settling', done('checkpoint'))).toBe('done');
    expect(lit(checkpoint!, 'running.settling', done('checkpoint', true))).toBe('error');
    expect(lit('running.settling', 'fail', done('settle', true))).toBe('error');
    // Nothing else asks whether one has.
    expect(lit('cancelling.closing', 'fail', done('close', true))).toBe('done');
  });

  it('has letters of at least 12 px where it is drawn at all', () => {
    const css = readFileSync('services/visualiser/app/run/chart/chart.css', 'utf8');
    const sizes = [...css.matchAll(/font-size: ([\d.]+)px/g)]
      .map(([, px]) => Number(px))
      .filter((px) => px > 13.5);
    const least = (drawn: Chart) => [...Array(2_000).keys()].find((px) => legibleChart([drawn], px))!;
    for (const drawn of [chart, tall])
      expect(Math.min(...sizes) * (least(drawn) / drawn.width)).toBeGreaterThanOrEqual(12);
  });

  it('is not known to or from a state of another machine', () => {
    expect(ids('running.gone', 'running.launching')).toEqual([]);
    expect(ids('running.queued', 'somewhere')).toEqual([]);
  });
});
