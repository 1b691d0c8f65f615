/* Every example of the contract is answered as it shows. */
import { describe, expect, it } from 'vitest';
import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import { ENDPOINTS, type EndpointId } from '#shared/api/contract/endpoints.ts';
import { streamEntrySchema } from '#shared/domain/events/entries.ts';
import type { EndpointExample } from '../../../../services/gateway/describe/examples/example.ts';
import { EXAMPLES } from '../../../../services/gateway/describe/examples/examples.ts';
import { differences } from '../../../support/source/same-shape.ts';
import { call, expectContract, useGateway } from '../fixture.ts';
import { makeWorld } from './example-world.ts';

const gateway = await useGateway({
  nodeEnv: 'production',
  subscribers: true,
  config: {
    GHOSTLY_VIEWER_URL: 'https://traces.example.com',
    GHOSTLY_PUBLIC_URL: ['https://ghostly.example.com'],
  },
});

const examples = (Object.entries(EXAMPLES) as [EndpointId, readonly EndpointExample[]][]).flatMap(
  ([id, list]) => list.map((example) => ({ id, example, summary: example.summary })),
);

async function carryOut(id: EndpointId, example: EndpointExample) {
  const { caller, real, exact } = await makeWorld(gateway, example);
  const { method, path }: Endpoint = ENDPOINTS[id];
  const { params = {}, query = {}, headers = {}, body, reply } = real(example);
  const search = new URLSearchParams(query).toString();
  const target = path.replace(/\{.*\}$/, '').replace(/:(\w+)/g, (_, name: string) => params[name] ?? name);
  const answer = await call(gateway, method, search ? `${target}?${search}` : target, {
    ...caller,
    headers,
    body,
  });
  return { answer, reply, exact };
}

describe('every example of the contract', () => {
  it.each(examples)('$id: "$summary" is answered as it shows', async ({ id, example }) => {
    const { answer, reply, exact } = await carryOut(id, example);
    expect(answer.status, JSON.stringify(answer.body)).toBe(example.status);
    const { raw, media = {} }: Endpoint = ENDPOINTS[id];
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    if (raw) return expect(Object.keys(media)).toContain(type);
    expectContract(id, answer);
    expect(differences(reply, answer.body, exact)).toEqual([]);
  });

  it.each(examples.filter(({ id }) => id === 'streamRun'))(
    'streamRun: "$summary" sends entries as described, and only those that are new',
    async ({ id, example }) => {
      const { answer } = await carryOut(id, example);
      const text = String(answer.body);
      const entries = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data = '']) => JSON.parse(data));
      for (const entry of entries) expect(entry).toEqual(streamEntrySchema.parse(entry));
      const after = Number((example as EndpointExample).headers?.['Last-Event-ID'] ?? 0);
      const seqs = entries.flatMap(({ seq }) => seq ?? []);
      expect(seqs.at(-1)).toBeGreaterThan(5);
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, n) => after + n + 1));
    },
  );
});
