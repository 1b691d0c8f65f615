/* Whatever is sent to an endpoint, its answer is one of the contract. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import { ENDPOINTS, type EndpointId } from '#shared/api/contract/endpoints.ts';
import { SAMPLE } from '../../../../services/gateway/describe/examples/example.ts';
import { EXAMPLES } from '../../../../services/gateway/describe/examples/examples.ts';
import { share } from '../../../support/share.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  PASSWORD,
  startGateway,
  startRun,
  type TestGateway,
  useGateway,
} from '../fixture.ts';
import { createAgent, fire } from './fuzz/fire.ts';
import { type Ground, requestFor } from './fuzz/request.ts';
import { violationOf } from './fuzz/violation.ts';

/** Requests to each endpoint. */
const REQUESTS = share(5, 150);

/** What takes away what others need comes last. */
const rows = (Object.entries(ENDPOINTS) as [EndpointId, Endpoint][]).sort(
  ([, a], [, b]) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'),
);

let known: Record<'run' | 'project' | 'email' | 'colleagueEmail', string>;

const agent = createAgent();
// Addresses as callers name them, so that not all logins come from one that has tried too often.
const gateway = await useGateway({ config: { GHOSTLY_TRUSTED_PROXIES: 1 }, subscribers: true });
const ground = await prepare(gateway);
afterAll(async () => {
  agent.destroy();
});

async function prepare(to: TestGateway): Promise<Omit<Ground, 'bodies'>> {
  const [ann, bob, victim] = [await createPerson(to), await createPerson(to), await createPerson(to)];
  const admin = await createPerson(to, 'admin');
  await addMember(to, ann.projectId, bob, 'viewer');
  const runs = [await startRun(to, ann), await startRun(to, ann), await startRun(to, bob)];
  const made = async (path: string, body: unknown) =>
    ((await call(to, 'POST', path, { as: ann, body })).body as { id: string }).id;
  const jobId = await made('/v1/runs/cancel', { ids: runs });
  const keyId = await made('/v1/api-keys', { label: 'to be revoked' });
  await writeFile(join(await to.artifactFolder(runs[0]!), '1-0.png'), 'a picture');
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const [head = '', payload = '', signature = ''] = ann.token.split('.');
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
  known = { run: runs[0]!, project: ann.projectId, email: ann.email, colleagueEmail: victim.email };
  return {
    ids: [...runs, ann.projectId, victim.projectId, victim.userId, jobId, keyId],
    names: ['1-0.png', `${runs[0]}-1-0.png`, '..', 'run_final', 'internal'],
    callers: [
      bearer(ann.token),
      bearer(bob.token),
      bearer(admin.token),
      { 'x-api-key': await createKey(to, ann, ['runs:read', 'runs:write', 'runs:cancel']) },
      { 'x-api-key': await createKey(to, ann, ['runs:read']) },
      { 'x-api-key': await createKey(to, admin, ['admin']) },
    ],
    strangers: [
      {},
      bearer(`${head}.${payload}.${signature.slice(1)}`),
      bearer(`${unsigned}.${payload}.`),
      bearer('a.b.c'),
      { authorization: 'Basic YTpi' },
      { 'x-api-key': `gly_${'x'.repeat(43)}` },
      { 'x-api-key': '\xff', authorization: 'Bearer' },
    ],
  };
}

/** The bodies of its examples, about things that are there. */
function bodiesOf(id: EndpointId): unknown[] {
  const real = (text: string) =>
    text
      .replaceAll(SAMPLE.project, known.project)
      .replaceAll(SAMPLE.queuedRun, known.run)
      .replaceAll(SAMPLE.email, known.email)
      .replaceAll(SAMPLE.colleagueEmail, known.colleagueEmail)
      .replaceAll(SAMPLE.password, PASSWORD);
  return (EXAMPLES[id] ?? []).flatMap((example) =>
    example.body === undefined ? [] : [JSON.parse(real(JSON.stringify(example.body)))],
  );
}

const property = (to: TestGateway, id: EndpointId, given: Omit<Ground, 'bodies'>) =>
  fc.asyncProperty(requestFor(ENDPOINTS[id], { ...given, bodies: bodiesOf(id) }), async (request) => {
    expect(violationOf(ENDPOINTS[id], await fire(to.url, agent, request))).toBeUndefined();
  });

describe('whatever is sent to an endpoint, its answer is one of the contract', () => {
  it.each(rows)('%s', async (id) => {
    await fc.assert(property(gateway, id, ground), { numRuns: REQUESTS });
  });

  it('and nothing unexpected is in the log', () => {
    expect(gateway.lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });
});

describe('the property', () => {
  it('fails if a handler does', async () => {
    await using broken = await startGateway();
    const given = await prepare(broken);
    await broken.sql.rows('drop table late_results');
    const { failed, errorInstance } = await fc.check(property(broken, 'readRun', given), {
      numRuns: 200,
      endOnFailure: true,
    });
    expect(failed).toBe(true);
    expect(String(errorInstance)).toContain('status 500');
  });
});
