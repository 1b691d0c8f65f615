import { findProjectId } from '#shared/api/client/find-project.ts';
import type { Webhook } from '#shared/api/client/index.ts';
import { WEBHOOK_EVENTS, type WebhookEvent } from '#shared/api/contract/webhooks/webhook-events.ts';
import { defineCommand, type OptionSpec, parseWholeNumber, UsageError } from '../../command.ts';
import { parseDuration } from '../../duration-option.ts';
import { connect } from '../../gateway/connect.ts';
import { WEBHOOK_ACTIONS } from '../../webhooks/acts.ts';
import { listen } from '../../webhooks/listen.ts';

const STATES = ['pending', 'delivered', 'failed'] as const;
const MOST = 200;

const OPTIONS = {
  project: { type: 'string', value: 'P', help: 'id or label (default: the oldest one that you own)' },
  events: {
    type: 'string',
    value: 'A,B',
    help: 'events of add, change and listen, e.g. run.finished (all)',
  },
  name: {
    type: 'string',
    value: 'NAME',
    help: 'only of runs with exactly this name; "": whatever they are called',
  },
  label: {
    type: 'string',
    multiple: true,
    value: 'LABEL',
    help: 'only of runs with this label; several: with all of them; "": whatever labels they have',
  },
  url: { type: 'string', value: 'URL', help: 'where a webhook that is changed is sent from now on' },
  description: { type: 'string', value: 'TEXT', help: 'description of a webhook that is added or changed' },
  keep: {
    type: 'string',
    value: 'TIME',
    help: 'how long the secret before signs too, up to 7d (24h); 0s: not',
  },
  state: {
    type: 'string',
    value: 'STATE',
    choices: STATES,
    help: `only deliveries that are ${STATES.join(', ')}`,
  },
  limit: { type: 'string', short: 'n', value: 'N', default: '50', help: 'maximum number of deliveries (50)' },
  'forward-to': { type: 'string', value: 'URL', help: 'where listen passes each message on, signed' },
  json: { type: 'boolean', default: false, help: 'the answer as JSON; with listen each message as a line' },
} as const satisfies Record<string, OptionSpec>;

/** Which options an action takes, besides --project and --json. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  add: ['events', 'name', 'label', 'description'],
  change: ['events', 'name', 'label', 'url', 'description'],
  rotate: ['keep'],
  deliveries: ['state', 'limit'],
  listen: ['events', 'name', 'label', 'forward-to'],
};
const NEEDY = ['events', 'name', 'label', 'url', 'description', 'keep', 'state', 'forward-to'] as const;

/** @throws UsageError */
function eventsOf(text: string): WebhookEvent[] {
  return text.split(',').map((name) => {
    const event = WEBHOOK_EVENTS.find((known) => known === name.trim());
    if (event === undefined)
      throw new UsageError(`--events takes ${WEBHOOK_EVENTS.join(', ')}, not "${name}"`);
    return event;
  });
}

/** The filter that the options ask for; an empty label means no labels. */
const filterOf = (name: string | undefined, labels: string[] | undefined): Webhook['filter'] =>
  name === undefined && labels === undefined
    ? undefined
    : {
        ...(name !== undefined && { name }),
        ...(labels && { labels: labels.filter((label) => label.trim() !== '') }),
      };

/** @throws UsageError */
function targetOf(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new UsageError('--forward-to must be an http or https URL');
  return text;
}

const namedOf = (what: string) => WEBHOOK_EVENTS.filter((event) => event.startsWith(`${what}.`)).join(', ');

export const command = defineCommand({
  about: [
    'Webhooks of a project: URLs that are notified of what happens to its runs and schedules. WEBHOOK is an id.',
  ],
  usage: '[list | add … | change … | remove … | rotate … | deliveries … | resend … | listen | …]',
  actions: {
    list: { args: [], help: 'list them, with their state' },
    add: { args: ['URL'], help: 'add one and print its secret; it is never shown again' },
    change: { args: ['WEBHOOK'], help: 'change what the options say, and leave the rest' },
    remove: { args: ['WEBHOOK'], help: 'remove one, with what it has not been sent yet' },
    rotate: {
      args: ['WEBHOOK'],
      help: 'give it a new secret and print that; the one before signs too for a day',
    },
    enable: {
      args: ['WEBHOOK'],
      help: 'enable it; what is pending is sent. With a new secret, if its maker has left',
    },
    disable: { args: ['WEBHOOK'], help: 'send it nothing until it is enabled' },
    test: { args: ['WEBHOOK'], help: 'send it a ping' },
    deliveries: { args: ['WEBHOOK'], help: 'list its deliveries, newest first' },
    resend: { args: ['WEBHOOK', 'DELIVERY'], help: 'send a delivery again' },
    listen: { args: [], help: 'show what webhooks are sent from now on; needs no URL' },
  },
  options: OPTIONS,
  positionals: { min: 0, max: 3 },
  examples: [
    ['add https://ci.example.com/ghostly --events run.finished', 'be notified when a run has ended'],
    ['add https://ci.example.com/ --name checkout --label nightly', 'be notified of some runs only'],
    ['listen --forward-to http://localhost:3000/hook', 'try a receiver that runs on this machine'],
  ],
  notes: [
    `Events of runs: ${namedOf('run')}.`,
    `Events of schedules: ${namedOf('schedule')}.`,
    'Only owners of a project may see its webhooks, with a key that has the scopes webhooks:read and webhooks:write.',
  ],
  run: async (context, values, [action = '', ...args]) => {
    const misplaced = NEEDY.find((name) => values[name] !== undefined && !TAKES[action]?.includes(name));
    if (misplaced !== undefined) throw new UsageError(`--${misplaced} is not for ${action}`);
    const { json, description, keep, url } = values;
    const events = values.events === undefined ? undefined : eventsOf(values.events);
    const filter = filterOf(values.name, values.label);
    const forwardTo = values['forward-to'] === undefined ? undefined : targetOf(values['forward-to']);
    const keepMs = keep === undefined ? undefined : parseDuration('--keep', keep);
    const limit = parseWholeNumber('--limit', values.limit, 1, MOST);
    const state = STATES.find((known) => known === values.state);
    const client = await connect(context);
    const project = await findProjectId(client, values.project, { as: 'owner', signal: context.outClosed });
    if (action === 'listen')
      return listen(client, { context, signals: process, project, events, filter, forwardTo, json });
    await WEBHOOK_ACTIONS[action]?.(
      { client, context, project, json, events, filter, url, description, keepMs, state, limit },
      ...args,
    );
    return 0;
  },
});
