/* A question is completed, or refused with what is wrong in it; a cancel asks no person. */
import { expect, it } from 'vitest';
import { flowSchema } from '#shared/domain/flow/flow.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';

const issuesOf = (step: object, list: 'steps' | 'onCancel' = 'steps') => {
  const flow = { baseUrl: 'http://h', steps: [{ action: 'goto', url: '/' }] };
  const given = { ...flow, [list]: [{ action: 'ask', text: 'Which?', ...step }] };
  return (
    flowSchema.safeParse(given).error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? []
  );
};
const options = Array.from({ length: FLOW_LIMITS.options }, (_, n) =>
  `${n}`.padEnd(FLOW_LIMITS.askLabel, '.'),
);
const LARGE = ['a', 'b'].map((name) => ({ name, type: 'choice', options }));

it('a question is filled in with what it leaves out', () => {
  const flow = flowSchema.parse({
    baseUrl: 'http://h',
    steps: [{ action: 'ask', text: 'Done?', fields: [{ name: 'code' }] }],
  });
  expect(flow.steps).toEqual([
    {
      action: 'ask',
      text: 'Done?',
      fields: [{ name: 'code', type: 'text' }],
      timeoutMs: 600_000,
      onTimeout: 'fail',
    },
  ]);
});

it.each<[string, object, [string, string][]]>([
  [
    'all that there is',
    { fields: [{ name: 'a', type: 'choice', options: ['x'] }], when: { visible: '#a' } },
    [],
  ],
  [
    'a choice without options',
    { fields: [{ name: 'a', type: 'choice' }] },
    [['steps.0.fields.0.options', 'choice_options']],
  ],
  [
    'options of a text',
    { fields: [{ name: 'a', options: ['x'] }] },
    [['steps.0.fields.0.options', 'choice_options']],
  ],
  [
    'two fields of one name',
    { fields: [{ name: 'a' }, { name: 'a' }] },
    [['steps.0.fields.1.name', 'field_named_twice']],
  ],
  ['a name that no template has', { fields: [{ name: '1' }] }, [['steps.0.fields.0.name', 'not_value_name']]],
  [
    'what is of other steps',
    { optional: true, atomic: true },
    [
      ['steps.0.atomic', 'not_of_question'],
      ['steps.0.optional', 'not_of_question'],
    ],
  ],
  ['fields that are too large together', { fields: LARGE }, [['steps.0.fields', 'question_too_large']]],
])('a question with %s is taken, or it is said what is wrong', (_, step, issues) => {
  expect(issuesOf(step)).toEqual(issues);
});

it('a cancel asks nobody', () => {
  expect(issuesOf({}, 'onCancel')).toEqual([['onCancel.0.action', 'ask_on_cancel']]);
});
