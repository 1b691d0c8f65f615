import { defineCommand } from '../command.ts';
import { parseDuration } from '../duration-option.ts';
import { connect } from '../gateway/connect.ts';
import { plainJson, plainText } from '../view/plain-text.ts';

export const command = defineCommand({
  about: ['Pauses a run once the step under way is over. It keeps its page until a person lets it go on.'],
  usage: '<id>',
  options: {
    now: { type: 'boolean', default: false, help: 'interrupt the step, which is then done again' },
    reason: { type: 'string', help: 'stored with the run, and shown to everyone who may see it' },
    for: {
      type: 'string',
      value: 'TIME',
      help: 'how long, e.g. 30m; by default an hour. Then the run fails',
    },
    json: { type: 'boolean', default: false, help: 'the answer as JSON' },
  },
  positionals: { min: 1, max: 1 },
  examples: [
    ['ID', 'after its step'],
    ['ID --now --reason "look at the basket"', 'at once'],
  ],
  notes: ['Exit code 5: not taken, since the run is over or being stopped.'],
  run: async (context, { now, reason, for: time, json }, [id = '']) => {
    const { out, outClosed: signal } = context;
    const client = await connect(context);
    const body = {
      mode: now ? ('now' as const) : ('after_step' as const),
      ...(reason !== undefined && { reason }),
      ...(time !== undefined && { forMs: parseDuration('--for', time) }),
    };
    const answer = await client.call('pauseRun', { params: { id }, body }, { signal });
    const text = answer.paused ? 'is paused already' : now ? 'is being paused' : 'will pause after its step';
    out(json ? plainJson(answer) : `${plainText(answer.id)} ${text}`);
    return 0;
  },
});
