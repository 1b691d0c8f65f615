import type { FlowStep } from '../../support/http/client.ts';
import type { FlowKind } from './schedule.ts';

export interface FlowBody {
  baseUrl: string;
  steps: FlowStep[];
  [field: string]: unknown;
}

/** What the page shows, and nobody else may. */
export const secretOf = (tag: string): string => `hush-${tag}-9f3c71`;

/** What the vault has of a person, and no flow. */
export const keptSecretOf = (name: string): string => `sealed-${name}-51c0d8`;

export interface Places {
  baseUrl: string;
  /** Where the egress policy lets nobody go; without a trailing slash. */
  forbidden: string;
}

/** About the largest that one value may be; a few of them make a megabyte. */
const BIG = 'a big value, '.repeat(7_000);

/** Every flow ends by itself, so that a bench run does, too; `tag` finds its requests to the site, and its run. */
export function flowOf(kind: FlowKind, tag: string, { baseUrl, forbidden }: Places): FlowBody {
  const query = `?${tag}`;
  const goto = (path: string, more = ''): FlowStep => ({ action: 'goto', url: `${path}${query}${more}` });
  const never = (timeoutMs: number, more: object = {}): FlowStep => ({
    action: 'waitForSelector',
    selector: '#nope',
    timeoutMs,
    ...more,
  });
  const opened = (more: object = {}): FlowStep => ({
    action: 'waitForSelector',
    selector: '#opened',
    timeoutMs: 10_000,
    ...more,
  });
  const fill: FlowStep = { action: 'fill', selector: '[name=name]', value: secretOf(tag) };
  const flow = (steps: FlowStep[], more: object = {}): FlowBody => ({
    baseUrl,
    steps,
    contextId: tag,
    defaultTimeoutMs: 6_000,
    ...more,
  });
  switch (kind) {
    case 'pass':
      return flow([goto('/form'), fill, { action: 'check', selector: '[name=terms]' }]);
    case 'fail':
      return flow([goto('/plain'), { action: 'click', selector: '#nope', timeoutMs: 300 }]);
    case 'secret':
      return flow(
        [
          goto('/form'),
          fill,
          { action: 'fill', selector: '[name=note]', value: '${secrets.bench}' },
          { action: 'click', selector: '#send' },
          { action: 'extract', name: 'sent', selector: '#query' },
          { action: 'waitForSelector', selector: `text=${secretOf(tag)}` },
          { action: 'click', selector: `text=${secretOf(tag)}-not-there`, timeoutMs: 250 },
        ],
        { captureScreenshotAfterEachStep: true, captureA11yAfterEachStep: true },
      );
    case 'wait':
      return flow([goto('/held'), never(4_000)]);
    case 'gated':
      return flow([goto('/gated'), opened(), goto('/plain')]);
    case 'atomic':
      return flow([goto('/gated'), opened({ atomic: true }), goto('/plain')], {
        onCancel: [goto('/plain'), { action: 'click', selector: '#nope', timeoutMs: 50 }],
      });
    case 'requeue':
      return flow([goto('/held'), never(2_500)], { onRunnerLoss: 'requeue' });
    case 'deadline':
      return flow([goto('/held'), never(5_000)], { maxDurationMs: 600 });
    case 'hung':
      return flow([goto('/held'), { action: 'click', selector: '#loop', timeoutMs: 3_000 }]);
    case 'flood':
      return flow([goto('/flood'), never(2_500)]);
    case 'big': {
      const big: FlowStep = { action: 'fill', selector: '[name=note]', value: BIG + tag };
      return flow([goto('/form'), fill, ...Array.from({ length: 10 }, () => big)]);
    }
    case 'asks': {
      const ask = { action: 'ask', text: 'Which code?', fields: [{ name: 'code' }], timeoutMs: 4_000 };
      const typed: FlowStep = { ...fill, value: '${answers.code}' };
      // Short enough that about half of these runs are parked before they are answered.
      return flow([goto('/form'), ask as FlowStep, typed], { onRunnerLoss: 'requeue', parkAfterMs: 500 });
    }
    case 'held':
      return flow([goto('/form'), { action: 'click', selector: '#nope', timeoutMs: 300 }, goto('/plain')], {
        pauseOnFailure: { forMs: 3_000 },
        parkAfterMs: 0,
      });
    case 'stray': {
      const to = `&to=${encodeURIComponent(forbidden)}`;
      const tried = { ...never(2_000), selector: '#tried' };
      return flow([goto('/stray', to), tried, goto('/leave', to)]);
    }
  }
}
