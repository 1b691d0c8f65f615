/* A run is compared with the last of its very name that passed, or it is said how many were looked at. */
import { expect, it } from 'vitest';
import { findPassed } from '#shared/api/client/find-passed.ts';
import { createPageClient } from '../../../../../../services/visualiser/app/session/page-client.ts';
import { localServer } from '../../../../../support/http/local-server.ts';

const NAME = 'Order each night';
const run = { project: 'p', startedAt: new Date(0).toISOString(), name: NAME };
const other = (id: number) => ({ id: `other-${id}`, name: `${NAME}, too` });

/** A search that has these pages, and says of each but the last that there is one more. */
async function searchOf(pages: object[][]) {
  let asked = 0;
  const { url } = await localServer((_, response) => {
    const page = pages[asked++] ?? [];
    if (asked < pages.length) response.setHeader('Link', `</v1/runs?before=${asked}>; rel="next"`);
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(page));
  });
  return findPassed(createPageClient({ url }), run);
}

it('finds the last of the very name on one of the first pages', async () => {
  expect(await searchOf([[other(1)], [{ id: 'it', name: NAME }], [other(2)]])).toMatchObject({
    passed: { id: 'it' },
  });
});

it('says that there is none only if all were looked at', async () => {
  expect(await searchOf([[other(1)], [], [other(2)]])).toEqual({ passed: undefined });
  expect(await searchOf([[other(1), other(2)], [], [other(3)], [{ id: 'it', name: NAME }]])).toEqual({
    among: 3,
  });
});
