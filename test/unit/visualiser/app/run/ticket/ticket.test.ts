/* A ticket says how, why and in which step a run ended, and of an address only the host. */
import { describe, expect, it } from 'vitest';
import type { RunDetail } from '#shared/api/client/index.ts';
import { historyOf } from '#shared/domain/story/evolve.ts';
import { momentAt } from '#shared/domain/story/moment.ts';
import { ticketOf } from '../../../../../../services/visualiser/app/run/ticket/ticket.ts';
import { en } from '../../../../../../services/visualiser/app/text/en.ts';
import { es } from '../../../../../../services/visualiser/app/text/es.ts';
import { eventsOf, isoAt, moved, STARTED_AT } from '../../../../../support/model/stored-run.ts';

const click = { step: { action: 'click', selector: '#buy' } };
const moment = momentAt(
  historyOf(
    STARTED_AT,
    eventsOf([
      moved(10, 'running.stepping.checkpoint', 'running.stepping.acting'),
      [10, 'step_start', click, 0],
      [
        20,
        'page_said',
        {
          said: [
            { kind: 'navigation', url: 'https://shop.test/', status: 500, ms: 9 },
            { kind: 'console', level: 'info', text: 'noise' },
          ],
        },
        0,
      ],
      [2_510, 'step_failure', { ...click, error: 'click #buy: no ``` here', reason: 'odd' }, 0],
      [2_520, 'run_end', { status: 'fail', at: isoAt(2_520) }],
    ]),
  ),
);
const run = {
  id: '019a0000-0000-7000-8000-000000000001',
  name: 'Order *a* mug\u202E',
  status: 'fail',
  state: 'fail',
  startedAt: new Date(STARTED_AT).toISOString(),
  durationMs: 2_520,
  baseUrl: 'https://user:hunter2@shop.test/',
  steps: [],
} as unknown as RunDetail;
const link = 'https://ghostly.test/#/runs/019a0000-0000-7000-8000-000000000001';

describe('a ticket about a run', () => {
  it('says what it is, how it ended and why, in which step, and what the page said', () => {
    const lines = ticketOf({ run, moment, link }, en).split('\n');
    expect(lines[0]).toBe(String.raw`**Order \*a\* mug**: failed`);
    expect(lines).toEqual(
      expect.arrayContaining([
        `- Run: ${run.id}`,
        `- Link: ${link}`,
        '- Site: shop.test',
        `- Started: ${run.startedAt}`,
        `- Ended: ${isoAt(2_520)} (2.5 s)`,
        '- Step: ` 1. click #buy `',
        'click #buy: no ``` here',
      ]),
    );
    // The text of an error cannot end its block.
    expect(lines.filter((line) => line === '````')).toHaveLength(2);
    const said = lines.slice(lines.indexOf('What the page said:'));
    expect(said.filter((line) => line.startsWith('- '))).toEqual([
      expect.stringContaining('Document https://shop.test/: 500'),
    ]);
  });

  it('has nothing of an address but its host, and speaks the language of the page', () => {
    const texts = [ticketOf({ run, moment, link }, en), ticketOf({ run, moment, link }, es)];
    for (const text of texts) expect(text).not.toMatch(/hunter2|\u202E/);
    expect(texts[1]).toContain('- Enlace: ');
  });
});
