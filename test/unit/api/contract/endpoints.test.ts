/* I11: an endpoint asks for credentials unless it is listed as public, and one of a run is judged for that run. */
import { describe, expect, it } from 'vitest';
import { type Endpoint, errorsOf } from '#shared/api/contract/endpoint.ts';
import { ENDPOINTS } from '#shared/api/contract/endpoints.ts';

const rows: [string, Endpoint][] = Object.entries(ENDPOINTS);

describe('the table of endpoints', () => {
  it('has no method and path twice', () => {
    const routes = rows.map(([, { method, path }]) => `${method} ${path}`);
    expect(new Set(routes).size).toBe(routes.length);
  });

  it('asks for credentials everywhere but at the login, links, the probes and the description', () => {
    const open = rows.filter(([, { access }]) => access === 'public').map(([id]) => id);
    expect(open.sort()).toEqual([
      'answerByLink',
      'asyncapi',
      'docs',
      'health',
      'login',
      'openapi',
      'readLinkedQuestion',
      'readProblem',
      'ready',
      'startSession',
    ]);
  });

  it('takes tokens in the query only where headers cannot be set', () => {
    const inQuery = rows.filter(([, { queryToken }]) => queryToken).map(([id]) => id);
    expect(inQuery.sort()).toEqual([
      'readArtifact',
      'readFrame',
      'readNamedArtifact',
      'streamBatch',
      'streamRun',
      'watchRun',
    ]);
  });

  it('I11: judges every path with a run id for that run', () => {
    const ofRuns = rows.filter(([, { path }]) => /^\/(v1\/runs\/:id|artifacts\/)/.test(path));
    expect(ofRuns.length).toBeGreaterThan(0);
    expect(ofRuns.filter(([, { onRun, params }]) => !onRun || !params)).toEqual([]);
  });

  it('knows the errors that follow from a row', () => {
    expect(errorsOf(ENDPOINTS.cancelRun)).toEqual(
      expect.arrayContaining([
        'run_final',
        'unauthorized',
        'forbidden',
        'not_found',
        'database_unavailable',
        'internal',
      ]),
    );
    expect(errorsOf(ENDPOINTS.health)).toEqual(['internal', 'validation']);
    expect(errorsOf(ENDPOINTS.changeModelSettings)).not.toContain('validation');
  });
});
