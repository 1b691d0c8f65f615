/* Every text of the web app exists in two languages, and every address leads back to its view. */
import { describe, expect, it } from 'vitest';
import { STATUSES } from '#shared/domain/run/status.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { englishComparison } from '#shared/domain/words/en-comparison.ts';
import { spanishComparison } from '#shared/domain/words/es-comparison.ts';
import { englishBatches } from '../../../../../services/visualiser/app/batches/en.ts';
import { spanishBatches } from '../../../../../services/visualiser/app/batches/es.ts';
import { englishFlows } from '../../../../../services/visualiser/app/flows/en.ts';
import { spanishFlows } from '../../../../../services/visualiser/app/flows/es.ts';
import { englishProfiles } from '../../../../../services/visualiser/app/profiles/en.ts';
import { spanishProfiles } from '../../../../../services/visualiser/app/profiles/es.ts';
import { stateText } from '../../../../../services/visualiser/app/run/chart/state-text.ts';
import { englishCompare } from '../../../../../services/visualiser/app/run/compare/en.ts';
import { spanishCompare } from '../../../../../services/visualiser/app/run/compare/es.ts';
import { englishSchedules } from '../../../../../services/visualiser/app/schedules/en.ts';
import { spanishSchedules } from '../../../../../services/visualiser/app/schedules/es.ts';
import { hashOf, parseRoute } from '../../../../../services/visualiser/app/session/route.ts';
import { NO_FILTER } from '../../../../../services/visualiser/app/session/runs-filter.ts';
import { englishSystem } from '../../../../../services/visualiser/app/system/en.ts';
import { spanishSystem } from '../../../../../services/visualiser/app/system/es.ts';
import { formatAgo, formatOffset } from '../../../../../services/visualiser/app/text/duration.ts';
import { en } from '../../../../../services/visualiser/app/text/en.ts';
import { englishParts, type PartTexts } from '../../../../../services/visualiser/app/text/en-parts.ts';
import { es } from '../../../../../services/visualiser/app/text/es.ts';
import { spanishParts } from '../../../../../services/visualiser/app/text/es-parts.ts';
import { englishVault } from '../../../../../services/visualiser/app/vault/en.ts';
import { spanishVault } from '../../../../../services/visualiser/app/vault/es.ts';
import { englishWebhooks } from '../../../../../services/visualiser/app/webhooks/en.ts';
import { spanishWebhooks } from '../../../../../services/visualiser/app/webhooks/es.ts';
import { allStates, PASSING, pathOf } from '../../../../support/model/machine-states.ts';

/** Every text by its path, functions by what they say of some values. */
function flatten(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'function') {
    const reported = [1, 2].map((n) => String((value as (...given: unknown[]) => string)(n, n, n)));
    return [[path, reported.join(' / ')]];
  }
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([key, inner]) => flatten(inner, `${path}.${key}`));
}
/** Texts of parts that come on demand. */
const laterIn = ({ answer, cancelRuns, fork, newRun, pause, results, states }: PartTexts) => ({
  answer,
  cancelRuns,
  fork,
  newRun,
  pause,
  results,
  states,
});

/** Words that are the same in both languages. */
const SAME = new Set([
  '.system.supervisors',
  '.system.conditions',
  '.system.serverNames.database',
  '.system.serverNames.nats',
  '.run.error',
  '.run.onCancel',
  '.app.retry',
  '.webhooks.title',
  '.words.said.kinds.request',
  '.words.said.kinds.dialog',
  '.app.webhooks',
  '.answer.no',
  '.answer.linked.of',
]);

describe('the texts', () => {
  const [english, spanish] = [
    flatten({
      ...en,
      ...laterIn(englishParts),
      ...englishSystem,
      ...englishWebhooks,
      vault: englishVault,
      profiles: englishProfiles,
      schedules: englishSchedules,
      batches: englishBatches,
      flows: englishFlows,
      compare: englishCompare,
      comparison: englishComparison,
    }),
    flatten({
      ...es,
      ...laterIn(spanishParts),
      ...spanishSystem,
      ...spanishWebhooks,
      vault: spanishVault,
      profiles: spanishProfiles,
      schedules: spanishSchedules,
      batches: spanishBatches,
      flows: spanishFlows,
      compare: spanishCompare,
      comparison: spanishComparison,
    }),
  ];

  it('are the same ones in both languages', () => {
    expect(spanish.map(([path]) => path)).toEqual(english.map(([path]) => path));
  });

  it('all say something, in two languages', () => {
    const all = new Map(english);
    expect([...english, ...spanish].filter(([, reported]) => reported.trim() === '')).toEqual([]);
    const untranslated = spanish.filter(([path, reported]) => all.get(path) === reported && !SAME.has(path));
    expect(untranslated.map(([path]) => path)).toEqual([]);
  });

  it('explain every state that a run can be in', () => {
    const states = allStates()
      .map(pathOf)
      .filter((state) => state !== PASSING);
    expect(states.filter((state) => stateText(englishParts.states, state) === undefined)).toEqual([]);
    expect(stateText(englishParts.states, 'a state of another version')).toBeUndefined();
  });

  it('name every status', () => {
    expect(Object.keys(en.standing)).toEqual(expect.arrayContaining([...STATUSES]));
  });
});

describe('addresses', () => {
  const id = '0c9d4e7a-3b58-4f12-9a6d-e81f72c5b043';
  it.each([
    [`#/runs/${id}/compare`, { view: 'compare', id }],
    [`#/runs/${id}/compare/${id.toUpperCase()}/`, { view: 'compare', id, other: id }],
    ['', { view: 'runs' }],
    ['#/', { view: 'runs' }],
    ['#/runs/', { view: 'runs' }],
    [
      '#/runs?q=a+b%26&status=fail&other=1',
      { view: 'runs', filter: { ...NO_FILTER, search: 'a b&', status: 'fail' } },
    ],
    ['#/runs?other=1', { view: 'runs' }],
    ['#/new', { view: 'new' }],
    ['#/system', { view: 'system' }],
    ['#/webhooks', { view: 'webhooks' }],
    ['#/webhooks/abc', { view: 'webhooks', project: 'abc' }],
    ['#/vault', { view: 'vault' }],
    ['#/vault/ABC', { view: 'vault', project: 'abc' }],
    ['#/profiles', { view: 'profiles' }],
    ['#/profiles/ABC', { view: 'profiles', project: 'abc' }],
    ['#/schedules', { view: 'schedules' }],
    ['#/schedules/ABC', { view: 'schedules', project: 'abc' }],
    ['#/flows', { view: 'flows' }],
    ['#/batches', { view: 'batches' }],
    ['#/batches/ABC', { view: 'batches', project: 'abc' }],
    [`#/batches/ABC/${id.toUpperCase()}`, { view: 'batch', project: 'abc', id }],
    [`#/batches/abc/${id}/x`, { view: 'unknown' }],
    ['#/flows/ABC', { view: 'flows', project: 'abc' }],
    ['#/flows/abc/order.mug', { view: 'flow', project: 'abc', name: 'order.mug' }],
    ['#/flows/abc/order/mug', { view: 'unknown' }],
    [`#/runs/${id}`, { view: 'run', id }],
    [`#/runs/${id.toUpperCase()}@7`, { view: 'run', id, seq: 7 }],
    ['#/runs/nonsense', { view: 'run', id: 'nonsense' }],
    [`#/runs/${id}@x`, { view: 'unknown' }],
    [`#/runs/${id}@1234567890`, { view: 'unknown' }],
    ['#/elsewhere', { view: 'unknown' }],
  ])('%s is read', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('lead back to where they came from', () => {
    for (const hash of [
      '#/runs',
      '#/runs?q=%3Fq%3D1&status=fail&project=abc',
      '#/new',
      '#/system',
      '#/webhooks',
      '#/webhooks/abc',
      '#/vault',
      '#/vault/abc',
      '#/profiles',
      '#/profiles/abc',
      '#/schedules',
      '#/schedules/abc',
      '#/batches',
      '#/batches/abc',
      `#/batches/abc/${id}`,
      '#/flows/abc',
      '#/flows/abc/order.mug',
      `#/runs/${id}`,
      `#/runs/${id}@0`,
      `#/runs/${id}/compare`,
      `#/runs/${id}/compare/${id}`,
    ])
      expect(hashOf(parseRoute(hash))).toBe(hash);
  });
});

describe('times', () => {
  it.each([
    [0, '0 ms', '0 s'],
    [999, '999 ms', '0 s'],
    [1_500, '1.5 s', '1 s'],
    [59_990, '1 m 00 s', '59 s'],
    [123_000, '2 m 03 s', '2 m 03 s'],
    [3_720_000, '1 h 02 m', '1 h 02 m'],
    [200_000_000, '2 d 7 h', '2 d 7 h'],
    [-5, '0 ms', '0 s'],
  ])('%d ms are %s, as an age %s', (ms, duration, age) => {
    expect(formatDuration(ms)).toBe(duration);
    expect(formatAge(ms)).toBe(age);
  });

  it('that are past are rounded', () => {
    expect([0, 59_000, 123_000, 3_720_000, 200_000_000].map(formatAgo)).toEqual([
      '0 s',
      '59 s',
      '2 m',
      '1 h',
      '2 d',
    ]);
  });

  it('tell events of the same second apart', () => {
    expect([420, 63_500, 0].map(formatOffset)).toEqual(['+0.42 s', '+1:03.50', '+0.00 s']);
  });
});
