/* Each log line about a run names it in the same way, with no more than is known. */
import { expect, it } from 'vitest';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { readSources } from '../../../support/source/boundaries.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

it('the fields of a run leave out what is not known of it', () => {
  expect(
    runFields({ runId: 'r', owner: 'o', epoch: 2, traceparent: `00-${TRACE}-00f067aa0ba902b7-00` }),
  ).toEqual({ runId: 'r', owner: 'o', epoch: 2, traceId: TRACE });
  expect(runFields({ runId: 'r', owner: null, epoch: 0, traceparent: null })).toEqual({
    runId: 'r',
    epoch: 0,
  });
  expect(runFields({ runId: 'r', traceparent: 'nonsense' })).toEqual({ runId: 'r' });
});

/** The first argument of each call of a log. */
const LOGGED = /\blog\w*(?:\??\.\w+|\[[^\]]*\])\(\s*(\{[^}]*\})/g;

it('run-fields.ts is the only way in which a service tells of a run in its log', () => {
  const ofServices = readSources().filter(
    ({ path }) => /^(services|shared)\//.test(path) && !/^services\/(cli|visualiser)\//.test(path),
  );
  const logged = ofServices.flatMap(({ path, code }) =>
    [...code.matchAll(LOGGED)].map(([, fields = '']) => ({ path, fields })),
  );
  expect(logged.length).toBeGreaterThan(40);
  expect(logged.filter(({ fields }) => /\brunId\b/.test(fields) && !fields.includes('runFields('))).toEqual(
    [],
  );
});
