/* I7, I11: a watcher of a batch sees each test once, in order, as long as it may see the project. */
import { describe, expect, it } from 'vitest';
import type { BatchEntry } from '#shared/api/contract/batches/batches.ts';
import { openStream } from '../../../support/http/sse.ts';
import { useDueStarts } from '../due-starts.ts';
import { addMember, createPerson, useGateway } from '../fixture.ts';
import { PASS, playing, rows } from './playing.ts';

const gateway = await useGateway();
useDueStarts(gateway, 2);

describe('the stream of a batch', () => {
  const entriesOf = (messages: readonly { data: unknown }[]) =>
    messages.map(({ data }) => data as BatchEntry);

  it('I7: sends each test with each of its last words, in order, and ends; it resumes where it was', async () => {
    const one = await playing(gateway);
    const id = await one.start({ maxParallel: 2, flows: [{ flow: { name: one.flow }, rows: rows(4) }] });
    const url = `${gateway.url}/v1/projects/${one.person.projectId}/batches/${id}/events/stream`;
    const watch = await openStream(url, { authorization: `Bearer ${one.person.token}` });
    await one.playOut(id, PASS);
    const messages = await watch.ended();
    const numbers = messages.flatMap(({ id: number }) => (number === undefined ? [] : [Number(number)]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    const entries = entriesOf(messages);
    const last = new Map(
      entries.flatMap((one) => (one.kind === 'test' ? [[one.test.index, one.test] as const] : [])),
    );
    const batch = await one.read(id);
    expect([...last.values()].toSorted((a, b) => a.index - b.index)).toEqual(batch.tests);
    expect(entries.slice(-2)).toMatchObject([{ kind: 'batch', batch: { status: 'pass' } }, { kind: 'end' }]);
    const before = String(numbers[3]);
    const again = await openStream(url, {
      authorization: `Bearer ${one.person.token}`,
      'Last-Event-ID': before,
    });
    const rest = (await again.ended()).map(({ id: number }) => Number(number ?? Infinity));
    expect(rest.every((number) => number > Number(before))).toBe(true);
  });

  it('I11: is closed soon after its watcher may see the project no more', async () => {
    const one = await playing(gateway);
    const member = await createPerson(gateway);
    await addMember(gateway, one.person.projectId, member, 'viewer');
    const id = await one.start({ flows: [{ flow: { name: one.flow } }] });
    const url = `${gateway.url}/v1/projects/${one.person.projectId}/batches/${id}/events/stream`;
    const watch = await openStream(url, { authorization: `Bearer ${member.token}` });
    await watch.until(({ event }) => event === 'batch');
    await gateway.sql.rows('delete from project_members where user_id = $1 and project_id = $2', [
      member.userId,
      one.person.projectId,
    ]);
    await watch.gone;
    await one.playOut(id, PASS);
  });
});
