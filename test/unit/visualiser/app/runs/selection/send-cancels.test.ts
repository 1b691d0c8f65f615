/* I3: cancels that were recorded before a refusal count, and the others can be sent again. */
import { expect, it } from 'vitest';
import type { Fate } from '../../../../../../services/visualiser/app/runs/selection/fates.ts';
import { sendAll } from '../../../../../../services/visualiser/app/runs/selection/send-cancels.ts';
import { createPageClient } from '../../../../../../services/visualiser/app/session/page-client.ts';

const MORE_THAN_AT_ONCE = 1_200;
const ids = Array.from({ length: MORE_THAN_AT_ONCE }, (_, n) => `run ${n}`);
const reply = (status: number, body: object) => new Response(JSON.stringify(body), { status });

/** What becomes of the runs where the gateway answers one request after the other with these. */
async function fatesAfter(...answers: Response[]): Promise<Map<string, Fate>> {
  const client = createPageClient({ url: 'http://gateway.test', fetch: async () => answers.shift()! });
  const known = new Map<string, Fate>();
  const note = (id: string, fate: Fate) => void known.set(id, fate);
  const { signal } = new AbortController();
  await sendAll({ client, signal, known, note, setStage: () => undefined }, ids, { mode: 'graceful' });
  return known;
}

it('I3: what is refused after some were sent counts for the others alone, and can be sent again', async () => {
  const fates = await fatesAfter(
    reply(202, { ok: true, failures: [] }),
    reply(429, { title: 'too many', code: 'too_many_requests' }),
  );
  expect([fates.get('run 0'), fates.get('run 999')]).toEqual([{ fate: 'stopping' }, { fate: 'stopping' }]);
  expect([fates.get('run 1000'), fates.get('run 1199')]).toEqual([
    { fate: 'unrecorded' },
    { fate: 'unrecorded' },
  ]);
});

it('a refusal of all of it says nothing of any run', async () => {
  await expect(fatesAfter(reply(403, { title: 'forbidden', code: 'forbidden' }))).rejects.toThrow(
    'forbidden',
  );
});
