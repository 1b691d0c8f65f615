/* What a user left in a view is there for that user, and for nobody else. */
import { expect, it } from 'vitest';
import { keptForUser } from '../../../../../services/visualiser/app/new-run/kept.ts';

it('what a user left in a view is there for that user, and for nobody else', () => {
  let user: string | undefined = 'a@test.local';
  const draft = keptForUser(() => user, 'an example');
  expect(draft.read()).toBe('an example');
  draft.keep('a secret');
  expect(draft.read()).toBe('a secret');
  user = 'b@test.local';
  expect(draft.read()).toBe('an example');
  user = undefined;
  expect(draft.read()).toBe('an example');
  user = 'a@test.local';
  expect(draft.read()).toBe('a secret');
});
