/* The AsyncAPI document is valid, and describes each message as it is published. */
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { messageId } from '#shared/adapters/bus/publish-entry.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import type { StreamEntry } from '#shared/domain/events/entries.ts';
import { EVENT_TYPES } from '#shared/domain/events/events.ts';
import { describeMessages } from '../../../../services/gateway/describe/asyncapi.ts';
import { entryOf } from '../../../support/events.ts';

const document = describeMessages({ version: '1.2.3' });
const specification = createRequire(import.meta.url)(
  '@asyncapi/specs/schemas/3.0.0-without-$id.json',
) as object;

const validator = () => {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  return ajv;
};
const at = '2026-11-25T12:00:00.000Z';
const runId = '5f2b8c1e-7d94-4a36-b0f8-2c9e61d7a350';

/** What `path` leads to, e.g. `#/channels/end`. */
const follow = (path: string): unknown =>
  path
    .slice(2)
    .split('/')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document);

const references = (part: unknown): string[] => {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, inner]) =>
    name === '$ref' ? [inner as string] : references(inner),
  );
};

/** It takes seconds. */
const validate = validator().compile(specification);

describe('the description of the messages', () => {
  it('is a valid AsyncAPI 3.0 document', () => {
    validate(document);
    expect(validate.errors).toBeNull();
  });

  it('would be refused with a mistake in it', () => {
    expect(validate({ ...document, operations: { one: { action: 'shout' } } })).toBe(false);
  });

  it('refers to nothing that it lacks', () => {
    const all = references(document);
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter((path) => follow(path) === undefined)).toEqual([]);
  });

  it('describes the notice of a gap', () => {
    const [validate, sample] = [schemaOf('gap'), { kind: 'gap', before: at, at }];
    expect([
      validate(sample),
      validate({ ...sample, since: at }),
      validate({ kind: 'gap', since: at }),
    ]).toEqual([true, true, false]);
  });

  const schemaOf = (name: string) => {
    const ajv = validator().addSchema(document, 'document');
    return ajv.getSchema(`document#/components/schemas/${name}`)!;
  };

  it.each<[StreamEntry, string]>([
    ...EVENT_TYPES.map((type): [StreamEntry, string] => [entryOf(3, type, at), `${runId}:3`]),
    [{ kind: 'status', status: 'cancelling', at }, `${runId}:status:cancelling`],
    [{ kind: 'end', at }, `${runId}:end`],
  ])('describes %j as it is published', (entry, id) => {
    const message = { ...entry, runId };
    const validate = schemaOf(entry.kind);
    validate(message);
    expect(validate.errors).toBeNull();
    expect(validate({ ...message, runId: 'r1' })).toBe(false);
    expect(messageId(runId, entry)).toBe(id);
  });

  it('has one schema for each type of event, discriminated by the type', () => {
    const assist = schemaOf('assist');
    const message = { ...entryOf(1, 'cancel', at), runId };
    expect(assist({ ...message, payload: entryOf(1, 'notice').payload })).toBe(false);
    expect(assist({ ...message, payload: { mode: 'force', truncated: true } })).toBe(true);
    expect(assist({ ...message, payload: { ...message.payload, added: 'later' } })).toBe(true);
  });

  it('has the address of every event, from the module of the subjects', () => {
    const channels = Object.values(follow('#/channels') as Record<string, { address: string }>);
    const run = { userId: 'u', projectId: 'p', runId: 'r' };
    for (const type of [...EVENT_TYPES, 'status', 'end']) {
      const subject = subjects.event(run, type);
      const matching = channels.filter(({ address }) => patternOf(address).test(subject));
      expect(matching.length, subject).toBeGreaterThan(0);
    }
  });
});

const patternOf = (address: string): RegExp =>
  new RegExp(`^${address.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^.]+')}$`);
