import type { System } from '#shared/api/contract/service/system.ts';
import { formatAge } from '#shared/domain/words/duration.ts';
import { queueCauseText } from '#shared/domain/words/queue-causes.ts';
import { language } from '../session/preferences.ts';
import type { SystemFigures } from './figures.ts';
import { systemWords } from './words.ts';

interface NumbersProps {
  system: System;
  figures: SystemFigures;
}

/** What waits and why, what runs, and what is being stopped. */
export function Numbers({ system: { queue, runs, webhooks }, figures }: NumbersProps) {
  const { system: words } = systemWords.value;
  const { busy, slots, onSilent, onLost, oldestMs } = figures;
  return (
    <dl class="numbers">
      <div class="card number">
        <dt>{words.queue}</dt>
        <dd>{queue.length}</dd>
        <dd class="soft">{oldestMs === undefined ? words.nobodyWaits : words.oldest(formatAge(oldestMs))}</dd>
        {queue.causes.map(({ code, count }) => (
          <dd key={code ?? ''} class="cause" data-cause={code}>
            <strong>{count}</strong>{' '}
            {code === undefined ? words.otherCause(count) : queueCauseText(code, count, language.value)}
          </dd>
        ))}
      </div>
      <div class="card number">
        <dt>{words.running}</dt>
        <dd>{runs.running}</dd>
        <dd class="soft">
          {words.slots(busy, slots)}
          {onSilent > 0 && <span class="is-error"> · {words.onSilent(onSilent)}</span>}
          {onLost > 0 && <span class="is-error"> · {words.lost(onLost)}</span>}
        </dd>
      </div>
      <div class="card number">
        <dt>{words.cancelling}</dt>
        <dd>{runs.cancelling}</dd>
      </div>
      {webhooks && webhooks.failing + webhooks.disabled > 0 && <FailingWebhooks {...webhooks} />}
    </dl>
  );
}

function FailingWebhooks({ failing, disabled, waiting }: NonNullable<System['webhooks']>) {
  const { system: words } = systemWords.value;
  return (
    <div class="card number" data-webhooks={failing}>
      <dt>
        <a href="#/webhooks">{words.webhooks}</a>
      </dt>
      <dd class="is-error">{failing + disabled}</dd>
      <dd class="soft">
        {words.webhooksWait(waiting)}
        {disabled > 0 && ` · ${words.webhooksDisabled(disabled)}`}
      </dd>
    </div>
  );
}
