import { answerFields } from '../answer/answer-fields.ts';
import { defineCommand, parseWholeNumber, UsageError } from '../command.ts';
import { connect } from '../gateway/connect.ts';
import { plainJson, plainText } from '../view/plain-text.ts';

const MOST_STEPS = 1_000;

export const command = defineCommand({
  about: [
    'Answers the question that a run waits with, so that it goes on. Without values it shows the question, and prompts.',
    'The first answer counts.',
  ],
  usage: '<id> [name=value]...',
  options: {
    step: { type: 'string', value: 'N', help: 'only if step N asks' },
    link: {
      type: 'boolean',
      default: false,
      help: 'print a link with which a person answers without signing in',
    },
    json: { type: 'boolean', default: false, help: 'the answer as JSON' },
  },
  positionals: { min: 1, max: 100 },
  examples: [
    ['ID', 'shows the question, and prompts'],
    ['ID code=123456', 'for scripts'],
    ['ID --link', 'to send to a person who has no account'],
  ],
  notes: [
    'A value on the command line can be seen by other users of the machine: passwords are prompted for.',
    'A link answers its question alone, once, until the time to answer is over. Each person who has it may answer.',
    'Exit code 5: not taken, since the run asks nothing, or another one was faster.',
  ],
  run: async (context, { step: number, link, json }, [id = '', ...pairs]) => {
    const { out, outClosed: signal } = context;
    const given = valuesOf(pairs);
    if (link && (pairs.length > 0 || number !== undefined))
      throw new UsageError('--link takes neither values nor --step');
    const client = await connect(context);
    if (link) {
      const made = await client.call('makeAnswerLink', { params: { id } }, { signal });
      out(json ? plainJson(made) : plainText(made.url));
      return 0;
    }
    const { waitingFor } = await client.get(id, { hints: true, signal });
    const { question, step: asking } = waitingFor ?? {};
    const step = number === undefined ? asking : parseWholeNumber('--step', number, 1, MOST_STEPS) - 1;
    const isAsked = question !== undefined && step === asking;
    const values = isAsked ? await answerFields(question, given, context) : Object.fromEntries(given);
    const body = { values, ...(step !== undefined && { step }) };
    const answer = await client.call('answerRun', { params: { id }, body }, { signal });
    out(json ? plainJson(answer) : `answered step ${answer.step + 1} of ${plainText(answer.id)}`);
    return 0;
  },
});

function valuesOf(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`expected name=value, not "${pair}"`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
