/* A change in a flow is shown by its step, counted from 1, and its field. */
import { expect, it } from 'vitest';
import { changePlaceOf } from '../../../../../../services/visualiser/app/flows/page/change-place.ts';

it.each([
  ['steps.0', { list: 'steps', step: 1, field: '' }],
  ['steps.3.selector', { list: 'steps', step: 4, field: 'selector' }],
  ['onCancel.1.when.visible', { list: 'onCancel', step: 2, field: 'when.visible' }],
  ['baseUrl', { field: 'baseUrl' }],
  ['inputsSchema.properties.steps.0', { field: 'inputsSchema.properties.steps.0' }],
  ['steps', { field: 'steps' }],
])('%s is at %j', (path, place) => {
  expect(changePlaceOf(path)).toEqual(place);
});
