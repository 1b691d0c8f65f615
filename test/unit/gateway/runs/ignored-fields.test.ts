/* A start is answered with the names of the fields that it ignores. */
import { expect, it } from 'vitest';
import { ignoredFields } from '../../../../services/gateway/runs/ignored-fields.ts';

const FLOW = { project: 'p', baseUrl: 'https://site.example', steps: [{ action: 'goto', url: '/' }] };

it.each([
  ['nothing', FLOW, []],
  ['options of a run', { ...FLOW, name: 'a', labels: ['b'], onCancel: [] }, []],
  ['a field', { ...FLOW, viewport: {}, maxDurationMS: 1 }, ['viewport', 'maxDurationMS']],
  [
    'a field of a step, though another verb has it',
    { ...FLOW, steps: [...FLOW.steps, { action: 'click', selector: '#a', value: 'x', wait: 1 }] },
    ['steps.1.value', 'steps.1.wait'],
  ],
  ['one of a cleanup', { ...FLOW, onCancel: [{ action: 'snapshot', name: 'x' }] }, ['onCancel.0.name']],
  ['what clients of the original send', { project: 'p', plan: FLOW, artifactsDir: '/a' }, ['artifactsDir']],
  [
    'in their plan',
    { project: 'p', plan: { ...FLOW, heal: {}, steps: [{ action: 'goto', url: '/', why: '' }] } },
    ['plan.heal', 'plan.steps.0.why'],
  ],
  [
    'what only a model could do of an assisted flow',
    {
      ...FLOW,
      assisted: { goal: 'g', model: 'm', mood: 1 },
      assist: {
        v2: true,
        goal: 'g',
        isFullPlan: true,
        maxHorizons: 2,
        victory: { textIncludes: ['a'], revalidate: true },
      },
    },
    ['assist.maxHorizons', 'assisted.mood', 'assist.victory.revalidate'],
  ],
  ['a plan that is none', { ...FLOW, plan: 'no' }, ['plan']],
  [
    'names of what every object has',
    JSON.parse('{"__proto__": 1, "constructor": 2}'),
    ['__proto__', 'constructor'],
  ],
])('%s', (_, body, ignored) => {
  expect(ignoredFields(body)).toEqual(ignored);
});

it('the note of ignored fields names few, and shortly', () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`${n}`.padEnd(500, 'x'), n]));
  const named = ignoredFields({ ...FLOW, ...many });
  expect(named).toHaveLength(20);
  expect(Math.max(...named.map((name) => name.length))).toBe(100);
});
