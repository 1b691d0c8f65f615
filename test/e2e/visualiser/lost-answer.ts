import { describe, expect, it } from 'vitest';
import { startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';
import { ADMIN } from '../../support/stack/stack.ts';
import { text, useVisualiser } from '../../support/visualiser/bench.ts';
import { openDesk } from '../../support/visualiser/desk.ts';

const bench = useVisualiser();

describe('a cancel whose answer is lost', () => {
  const startWaiting = async (name: string) => {
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [{ action: 'goto', url: `/never?${name}`, timeoutMs: 120_000 }],
    });
    await bench.site.asked(`/never?${name}`);
    return id;
  };

  /** The dialog that asks whether to stop a run, on a page that a network is before. */
  async function openAsking(name: string) {
    await using resources = new AsyncDisposableStack();
    const network = resources.use(await startFaultProxy(bench.url));
    const desk = resources.use(await openDesk(network.url.replace(/\/$/, ''), ADMIN));
    const id = await startWaiting(name);
    const page = await desk.openSignedIn(`#/runs/${id}`);
    await page.click('.run-actions .danger');
    await page.waitForSelector('.cancel-preview code');
    const kept = resources.move();
    return {
      id,
      page,
      /** For the cancel itself, not its dry runs. A browser sends again what was lost on a connection that it had before, of which it may open some more meanwhile. */
      traps: (when: 'before' | 'answered') =>
        Array.from({ length: 30 }, () => network.trap({ match: `POST /v1/runs/${id}/cancel HTTP`, when })),
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  }

  it('I3: says that it is perhaps recorded, looks, and says what is', async () => {
    await using asking = await openAsking('lost-answer');
    const { id, page } = asking;
    await page.fill('[name=reason]', 'was it heard');
    const traps = asking.traps('answered');
    // The network stays away until it has been read that it is looked for.
    const isAway = { now: false };
    await page.route(new RegExp(`/v1/runs/${id}(\\?|$)`), (route) =>
      isAway.now ? route.abort() : route.continue(),
    );
    isAway.now = true;
    await page.click('dialog .danger');
    await page.waitForSelector('[data-lost=looking]:has-text("perhaps recorded; looking")');
    isAway.now = false;
    await page.waitForSelector('[data-lost=recorded]');
    expect(await text(page, '.lost-answer')).toMatch(/^It (is|was) recorded: asked for by admin@test\.local/);
    for (const trap of traps) trap.disarm();
    expect((await bench.client.read(id)).cancel).toMatchObject({ reason: 'was it heard' });
    await page.click('dialog .primary');
    await page.waitForSelector('.hops tfoot');
    expect(await text(page, '.receipt')).toContain('signed in, without a key');
  });

  it('says so if nothing is recorded, and can be sent again', async () => {
    await using asking = await openAsking('lost-request');
    const { id, page } = asking;
    const traps = asking.traps('before');
    await page.click('dialog .danger');
    await page.waitForSelector('dialog .problem:has-text("It is not recorded: the run goes on")');
    expect((await bench.client.read(id)).cancel).toBeUndefined();
    for (const trap of traps) trap.disarm();
    await page.click('dialog .danger');
    await page.waitForSelector('.hops tfoot');
  });
});
