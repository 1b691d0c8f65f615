import { readFile } from 'node:fs/promises';
import { defineCommand, parseWholeNumber, UsageError } from '../command.ts';
import { connect } from '../gateway/connect.ts';
import { plainJson, plainText } from '../view/plain-text.ts';

const MOST_STEPS = 1_000;

export const command = defineCommand({
  about: ['Lets a paused run go on, where it stands or elsewhere. The first request counts.'],
  usage: '<id>',
  options: {
    from: { type: 'string', value: 'N', help: 'with step N' },
    retry: { type: 'boolean', default: false, help: 'do the last step again' },
    skip: { type: 'boolean', default: false, help: 'leave the step out at which it stands' },
    steps: {
      type: 'string',
      value: 'FILE',
      help: 'the steps from there on are those of this file, a JSON list; only of your own runs',
    },
    json: { type: 'boolean', default: false, help: 'the answer as JSON' },
  },
  positionals: { min: 1, max: 1 },
  examples: [
    ['ID', 'with the step at which it stands: the next one, or that which failed'],
    ['ID --skip', 'with the one after it'],
    ['ID --from 3 --steps ahead.json', 'with other steps from the third on'],
  ],
  notes: ['Exit code 5: not taken, since the run is not paused, or another one was faster.'],
  run: async (context, { from, retry, skip, steps, json }, [id = '']) => {
    const { out, outClosed: signal } = context;
    const places = [from !== undefined && '--from', retry && '--retry', skip && '--skip'].filter(Boolean);
    if (places.length > 1) throw new UsageError(`use ${places.join(' or ')}, not both`);
    if (skip && steps !== undefined) throw new UsageError('use --from with --steps, not --skip');
    const client = await connect(context);
    const params = { id };
    const at = from === undefined ? undefined : parseWholeNumber('--from', from, 1, MOST_STEPS) - 1;
    const body = {
      ...(retry && { from: 'same' as const }),
      ...(at !== undefined && { from: at }),
      ...(steps !== undefined && { steps: await listIn(steps) }),
    };
    const answer = skip
      ? await client.call('skipStep', { params, body: {} }, { signal })
      : await client.call('resumeRun', { params, body }, { signal });
    out(json ? plainJson(answer) : `${plainText(answer.id)} goes on with step ${answer.from + 1}`);
    return 0;
  },
});

/** Checked by the gateway. */
async function listIn(path: string): Promise<never[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${path} cannot be read`, { cause });
  });
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list as never[];
  } catch {
    // said below
  }
  throw new UsageError(`${path} is no JSON list of steps`);
}
