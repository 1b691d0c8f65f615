import type { AskedField } from '#shared/domain/events/asked-field.ts';
import { type CommandContext, UsageError } from '../command.ts';
import { plainText } from '../view/plain-text.ts';

interface Question {
  text: string;
  fields: readonly AskedField[];
}
type Values = Record<string, string | boolean>;

/**
 * The values of an answer: those that were given, and for each other field what is typed at the terminal.
 *
 * @throws UsageError if there is no terminal, or a yes or no is neither
 */
export async function answerFields(
  { text, fields }: Question,
  given: ReadonlyMap<string, string>,
  { out, ask, askSecret, confirm }: Pick<CommandContext, 'out' | 'ask' | 'askSecret' | 'confirm'>,
): Promise<Values> {
  const values: Values = Object.fromEntries(given);
  out(plainText(text));
  if (fields.length === 0 && confirm && !(await confirm('Is it done?'))) throw new UsageError('not answered');
  for (const field of fields) {
    const { name, type, optional } = field;
    const prompt = type === 'password' ? askSecret : ask;
    const typed = given.get(name) ?? (await prompt?.(promptOf(field))) ?? '';
    if (typed === '' && !optional) throw new UsageError(`missing value: ${plainText(name)}=…`);
    if (typed !== '') values[name] = type === 'yesno' ? yesNo(name, typed) : typed;
  }
  return values;
}

function promptOf({ name, label = name, type, options }: AskedField): string {
  const choices = type === 'yesno' ? ['yes', 'no'] : options;
  return plainText(choices ? `${label} (${choices.join(', ')})` : label);
}

function yesNo(name: string, text: string): boolean {
  if (/^(y|yes|true)$/i.test(text)) return true;
  if (/^(n|no|false)$/i.test(text)) return false;
  throw new UsageError(`${plainText(name)} must be yes or no`);
}
