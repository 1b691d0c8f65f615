import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { messageId } from '#shared/bus/publish-entry.ts';
import { subjects } from '#shared/bus/subjects.ts';
import { EVENT_TYPES } from '#shared/events/between.ts';
import type { StreamEntry } from '#shared/events/entries.ts';
import { describeMessages, MESSAGES } from '../../../services/gateway/describe/asyncapi.ts';

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

describe('the description of the messages', () => {
  it('is a valid AsyncAPI 3.0 document', () => {
    const validate = validator().compile(specification);
    validate(document);
    expect(validate.errors).toBeNull();
  });

  it('would be refused with a mistake in it', () => {
    const validate = validator().compile(specification);
    expect(validate({ ...document, operations: { one: { action: 'shout' } } })).toBe(false);
  });

  it('refers to nothing that it lacks', () => {
    const all = references(document);
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter((path) => follow(path) === undefined)).toEqual([]);
  });

  it.each<[StreamEntry, string]>([
    [{ kind: 'assist', type: 'step_start', seq: 3, at, stepIndex: 0, payload: { step: {} } }, `${runId}:3`],
    [{ kind: 'status', status: 'cancelling', at }, `${runId}:status:cancelling`],
    [{ kind: 'end', at }, `${runId}:end`],
  ])('describes %j as it is published', (entry, id) => {
    const message = { ...entry, runId };
    expect(MESSAGES[entry.kind].parse(message)).toEqual(message);
    const validate = validator().compile(follow(`#/components/schemas/${entry.kind}`) as object);
    validate(message);
    expect(validate.errors).toBeNull();
    expect(validate({ ...message, runId: 'r1' })).toBe(false);
    expect(messageId(runId, entry)).toBe(id);
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
