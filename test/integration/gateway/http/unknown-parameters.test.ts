/* A query parameter that an endpoint does not take is refused, and nothing is done. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Endpoint, queryParametersOf } from '#shared/api/contract/endpoint.ts';
import { ENDPOINTS } from '#shared/api/contract/endpoints.ts';
import { createPerson, startRun, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const person = await createPerson(gateway, 'admin');
const run = await startRun(gateway, person, person.projectId);
const rows = Object.entries(ENDPOINTS as Readonly<Record<string, Endpoint>>);

/** Names things that are there where the path is looked at before the parameters. */
function pathOf({ path, onProject, onRun }: Endpoint): string {
  const id = onRun ? run : onProject ? person.projectId : randomUUID();
  return path
    .replace(':id', id)
    .replace(':file', `picture-${run}.png`)
    .replace(':code', 'validation')
    .replace(':version', '1')
    .replaceAll(/:\w+/g, () => randomUUID());
}

const ask = (endpoint: Endpoint, query: string, language = 'en') =>
  fetch(`${gateway.url}${pathOf(endpoint)}?${query}`, {
    method: endpoint.method,
    headers: { authorization: `Bearer ${person.token}`, 'accept-language': language },
  });

describe('a query parameter that an endpoint does not take', () => {
  it.each(rows)('is refused by %s', async (_, endpoint) => {
    const response = await ask(endpoint, 'dry-run=1&hasOwnProperty=2');
    if (queryParametersOf(endpoint) === undefined) {
      expect(response.status).toBe(501); // not offered, whatever is asked
      return;
    }
    expect([response.status, await response.json()]).toMatchObject([
      400,
      {
        ok: false,
        error: 'validation error',
        details: {
          formErrors: [],
          issues: [
            { path: 'dry-run', message: 'is not a parameter of this endpoint' },
            { path: 'hasOwnProperty', message: 'is not a parameter of this endpoint' },
          ],
        },
      },
    ]);
  });

  it('is refused in Spanish, too', async () => {
    const response = await ask(ENDPOINTS.listRuns, 'proyecto=1', 'es');
    expect(JSON.stringify(await response.json())).toContain('no es un parámetro de este endpoint');
  });

  it('nothing is done for it: a misspelt dry run cancels nothing', async () => {
    expect((await ask(ENDPOINTS.cancelRun, 'dryrun=true')).status).toBe(400);
    const row = await gateway.sql.row('select cancel_requested_at from runs where id = $1', [run]);
    expect(row).toEqual({ cancel_requested_at: null });
  });

  it('a token is one only where headers cannot be set', async () => {
    expect((await ask(ENDPOINTS.listRuns, `token=${person.token}`)).status).toBe(400);
    expect((await ask(ENDPOINTS.readArtifact, `token=${person.token}`)).status).toBe(404);
  });
});
