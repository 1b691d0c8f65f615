/* I7, I11: the OpenAPI document is valid, and has each endpoint with its access, errors and examples. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { projectBody } from '#shared/api/contract/accounts/accounts.ts';
import { SCOPE_OF } from '#shared/api/contract/accounts/permissions.ts';
import { KEY_SCOPES } from '#shared/api/contract/accounts/roles.ts';
import { type Endpoint, errorsOf } from '#shared/api/contract/endpoint.ts';
import { ENDPOINTS, type EndpointId } from '#shared/api/contract/endpoints.ts';
import { ERRORS, type ErrorCode } from '#shared/api/contract/errors/errors.ts';
import type { streamEntrySchema } from '#shared/domain/events/entries.ts';
import type { StreamEntry } from '#shared/domain/events/stream.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { type Actor, may } from '../../../../../services/gateway/access/policy.ts';
import type { EndpointExample } from '../../../../../services/gateway/describe/examples/example.ts';
import { EXAMPLES } from '../../../../../services/gateway/describe/examples/examples.ts';
import { describeApi, openApiPath } from '../../../../../services/gateway/describe/openapi/document.ts';
import { GROUPS } from '../../../../../services/gateway/describe/openapi/groups.ts';
import { createSchemas } from '../../../../../services/gateway/describe/openapi/schemas.ts';
import type { JsonSchema, Operation } from '../../../../../services/gateway/describe/openapi/types.ts';

const document = await inSlices(describeApi({ version: '1.2.3' }));
const rows = Object.entries(ENDPOINTS) as [EndpointId, Endpoint][];
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);
const operationOf = (id: string): Operation =>
  operations.find(({ operation }) => operation.operationId === id)!.operation;
const schemaOf = (id: string): JsonSchema =>
  operationOf(id).requestBody?.content['application/json']?.schema ?? {};

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document) as never);
    expect(errors).toBeUndefined();
    expect({ valid, version: validator.version }).toEqual({ valid: true, version: '3.1' });
  });

  it('is the same each time, and says its version', async () => {
    expect(await inSlices(describeApi({ version: '1.2.3' }))).toEqual(document);
    expect(document.info.version).toBe('1.2.3');
  });

  it('refers to nothing that it does not have', () => {
    const parts = document.components as unknown as Record<string, Record<string, unknown>>;
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, ref = '']) => ref,
    );
    const missing = references.filter((reference) => {
      const [, where, kind = '', name = ''] = /^#\/(components)\/(\w+)\/(.+)$/.exec(reference) ?? [];
      return where === undefined || parts[kind]?.[name] === undefined;
    });
    expect(references.length).toBeGreaterThan(100);
    expect([...new Set(missing)]).toEqual([]);
  });

  it('has every endpoint as one operation, and no other', () => {
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual(
      rows.map(([id]) => id).sort(),
    );
    for (const { path, method, operation } of operations) {
      const endpoint: Endpoint = ENDPOINTS[operation.operationId as EndpointId];
      expect({ path, method }).toEqual({
        path: openApiPath(endpoint.path),
        method: endpoint.method.toLowerCase(),
      });
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const named = operation.parameters.flatMap((parameter) =>
        'in' in parameter && parameter.in === 'path' ? [parameter.name] : [],
      );
      expect(named, operation.operationId).toEqual(inPath);
    }
  });

  it('groups every row of the table once', () => {
    const grouped = GROUPS.flatMap(({ endpoints }) => Object.keys(endpoints));
    expect(grouped.sort()).toEqual(rows.map(([id]) => id).sort());
    const tags = new Set(operations.flatMap(({ operation }) => operation.tags));
    expect([...tags].sort()).toEqual(document.tags.map(({ name }) => name).sort());
  });

  it('takes a path as the router does', () => {
    expect(openApiPath('/v1/runs/:id/members/:userId')).toBe('/v1/runs/{id}/members/{userId}');
  });
});

describe('I11: the document, the contract and the policy', () => {
  it.each(rows)('agree on who may call %s', (id, { access, queryToken }) => {
    const { security, 'x-required-scope': scope } = operationOf(id);
    expect(security.length === 0).toBe(access === 'public');
    const ways = security.map((way) => Object.keys(way)[0]);
    if (access !== 'public')
      expect(ways).toEqual(['apiKey', 'bearer', 'session', ...(queryToken ? ['queryToken'] : [])]);
    if (access === 'public' || access === 'account') return expect(scope).toBeUndefined();
    expect(scope).toBe(SCOPE_OF[access]);
    expect(security[0]).toEqual({ apiKey: [scope] });
    const withKey = (held: Actor['scopes']): Actor => ({
      userId: 'me',
      email: 'me@test.local',
      role: 'admin',
      scopes: held,
      keyId: 'key',
    });
    const enough = KEY_SCOPES.filter((held) => may(withKey([held]), access) === 'allowed');
    expect(enough).toEqual([...new Set([scope, 'admin'])].sort((a, b) => order(a!) - order(b!)));
  });

  const order = (scope: string) => KEY_SCOPES.indexOf(scope as (typeof KEY_SCOPES)[number]);
});

describe('the errors of the document', () => {
  it.each(rows)('%s: those of its row, with their exact texts', (id, endpoint) => {
    const { responses } = operationOf(id);
    const named = Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Number(status) < 400
        ? []
        : Object.keys(content['application/json']?.examples ?? {}).map((code) => `${status} ${code}`),
    );
    expect(named.sort()).toEqual(
      errorsOf(endpoint)
        .map((code) => `${ERRORS[code].status} ${code}`)
        .sort(),
    );
    for (const [status, { content = {}, description }] of Object.entries(responses)) {
      if (Number(status) < 400) continue;
      expect(Object.keys(content)).toEqual(['application/json', 'application/problem+json']);
      for (const code of Object.keys(content['application/json']?.examples ?? {}) as ErrorCode[])
        expect(description).toContain(ERRORS[code].text);
    }
  });

  it.each(Object.keys(ERRORS) as ErrorCode[])('%s is shown as it is answered, both ways', (code) => {
    const { text, status } = ERRORS[code];
    expect(document.components.examples[code]?.value).toMatchObject({ ok: false, error: text });
    expect(document.components.examples[`${code}.problem`]?.value).toMatchObject({
      type: `/problems/${code}`,
      title: text,
      status,
      code,
    });
  });
});

describe('the examples', () => {
  const examplesOf = (id: EndpointId): readonly EndpointExample[] => EXAMPLES[id] ?? [];

  it.each(rows.filter(([, { replies, raw }]) => !raw && Object.keys(replies).length > 0))(
    '%s has one, with what it sends and what it is answered',
    (id, { body, replies }) => {
      const examples = examplesOf(id);
      expect(examples.length).toBeGreaterThan(0);
      if (body) expect(examples.some((example) => example.body !== undefined)).toBe(true);
      for (const example of examples) {
        if (body) expect(body.safeParse(example.body ?? {}).error).toBeUndefined();
        const reply = replies[example.status];
        expect(reply?.parse(example.reply)).toEqual(example.reply);
      }
    },
  );

  it('have names of their own', () => {
    for (const { operation } of operations) {
      const names = (operation['x-examples'] ?? []).map(({ name }) => name);
      expect(new Set(names).size, operation.operationId).toBe(names.length);
    }
  });
});

describe('the schemas', () => {
  it('are those of what is sent, or of what is answered', () => {
    const schemas = createSchemas();
    expect(schemas.of(projectBody, 'input')).toMatchObject({ required: ['label'] });
    expect(schemas.of(projectBody, 'output')).toMatchObject({ required: ['label', 'color'] });
  });

  it('tell a query by what it is read as', () => {
    const named = (id: EndpointId, name: string) =>
      operationOf(id).parameters.find((parameter) => 'name' in parameter && parameter.name === name);
    expect(named('listRuns', 'limit')).toMatchObject({
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 1_000 },
    });
    expect(named('cancelRun', 'dryRun')).toMatchObject({ schema: { type: 'boolean' } });
    expect(named('deleteProject', 'id')).toMatchObject({ required: true, schema: { format: 'uuid' } });
    expect(named('cancelRun', 'id')).toMatchObject({
      required: true,
      schema: { pattern: expect.any(String) },
    });
    expect(named('startRun', 'Idempotency-Key')).toMatchObject({ in: 'header' });
  });

  it('offer parts of what is answered in parts, and of nothing else', () => {
    const offering = operations
      .filter(({ operation }) =>
        JSON.stringify(operation.parameters).includes('#/components/parameters/Range'),
      )
      .map(({ operation }) => operation.operationId);
    expect(offering).toEqual(['readArtifact', 'readNamedArtifact']);
  });

  it('tell the fields of a flow that a cancel minds', () => {
    const [ofFlow, ofName] = schemaOf('startRun').oneOf as { properties: Record<string, JsonSchema> }[];
    expect(Object.keys(ofName?.properties ?? {})).toContain('flow');
    expect(JSON.stringify([ofFlow, ofName])).not.toContain('startKind');
    expect(ofFlow?.properties.onCancel?.description).toEqual(expect.any(String));
    const verbs = document.components.schemas.Step?.oneOf as { properties: Record<string, JsonSchema> }[];
    for (const verb of verbs) expect(verb.properties.atomic?.description).toEqual(expect.any(String));
    expect(schemaOf('rerunRun').description).toContain('null');
  });

  it('I7: of the stream are those of its entries, and of hints', () => {
    expectTypeOf<StreamEntry>().toExtend<ReturnType<typeof streamEntrySchema.parse>>();
    expect(operationOf('streamRun').responses[200]?.content).toEqual({
      'text/event-stream': {
        schema: {
          anyOf: ['StreamEntry', 'Hint'].map((name) => ({ $ref: `#/components/schemas/${name}` })),
        },
      },
    });
  });
});
