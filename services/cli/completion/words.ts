import type { CommandTable } from '../command.ts';

export interface OptionWords {
  name: string;
  short?: string;
  takesValue: boolean;
  choices: readonly string[];
  help: string;
}
export interface CommandWords {
  name: string;
  summary: string;
  actions: readonly { name: string; help: string }[];
  options: readonly OptionWords[];
}
/** The words to complete, taken from the commands themselves. */
export type CompletionWords = readonly CommandWords[];

const HELP: OptionWords = { name: 'help', short: 'h', takesValue: false, choices: [], help: 'show help' };

export async function readWords(table: CommandTable): Promise<CompletionWords> {
  const entries = Object.values(table).flatMap((group) => Object.entries(group));
  return Promise.all(
    entries.map(async ([name, [summary, load]]) => {
      const { actions = {}, options } = (await load()).command;
      return {
        name,
        summary,
        actions: Object.entries(actions).map(([action, { help }]) => ({ name: action, help })),
        options: [
          ...Object.entries(options).map(([option, { short, type, choices = [], help }]) => ({
            name: option,
            ...(short !== undefined && { short }),
            takesValue: type === 'string',
            choices,
            help,
          })),
          HELP,
        ],
      };
    }),
  );
}

/** A word or text quoted for any of the shells. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
