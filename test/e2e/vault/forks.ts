/* What is kept of a page for its forks, while they are made and after. */
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { isEvent } from '../../support/http/sse.ts';
import { startAccountSite } from '../../support/sites/account-site.ts';
import { ALL_THERE, SIGN_IN } from '../../support/sites/account-steps.ts';
import { STAYS } from '../forks/bench.ts';
import { haveSent, placesOf, useVault, whereFound } from './bench.ts';

const bench = useVault();

test('I10: cookies and storage that a fork has stand nowhere in clear, nor does a password that was answered', async () => {
  await using site = await startAccountSite();
  const ask = { action: 'ask', text: 'Which?', fields: [{ name: 'pin', type: 'password' }] };
  const id = await bench.client.start({
    baseUrl: site.url,
    checkpoints: true,
    playwrightTrace: 'on',
    steps: [...SIGN_IN, ask, STAYS],
  });
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('waiting_for_person'));
  const body = { values: { pin: 'no-such-word-7' } };
  expect(await bench.client.request('POST', `/v1/runs/${id}/answer`, { body })).toMatchObject({
    status: 200,
  });
  await eventually(async () => expect((await bench.client.read(id)).forkFrom).toContain(5));
  const steps = [
    ...ALL_THERE,
    { action: 'fill', selector: '#note', value: '${answers.pin}', secret: false },
    { action: 'extract', name: 'typed', selector: '#note', as: 'value' },
  ];
  const answer = await bench.client.request<{ id: string }>('POST', `/v1/runs/${id}/fork`, {
    body: { fromStep: 5, steps },
  });
  expect(answer.status).toBe(202);
  await (await bench.client.watch(answer.body.id)).ended();
  expect(await bench.client.read(answer.body.id)).toMatchObject({
    status: 'pass',
    results: { typed: '[REDACTED]' },
  });
  await bench.client.cancel(id, { body: {} });
  await watch.ended();
  await haveSent(bench, [id, answer.body.id]);
  const places = await placesOf(bench);
  const { cookie, ...stored } = site.secrets;
  expect(whereFound(places, [cookie, 'no-such-word-7'])).toEqual([]);
  // The site sends the others to its page as text, which the trace shows as it does any page's.
  places.delete('artifacts');
  expect(whereFound(places, Object.values(stored))).toEqual([]);
});
