/* The page docs/states.md says what the machine does today. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderStatesPage, STATES_PAGE } from '../../../scripts/docs/state-table.ts';

it('docs/states.md is what the machine says today (npm run docs:states writes it)', () => {
  expect(readFileSync(STATES_PAGE, 'utf8')).toBe(renderStatesPage());
});
