import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { homeOf } from '../up/home/home.ts';
import { inspectStack, type StackState } from '../up/inspect.ts';

function table({ gateways = [], problem, processes }: StackState): string {
  const width = Math.max(...processes.map(({ name }) => name.length), 'PROCESS'.length) + 2;
  const row = (name: string, pid: string, state: string) =>
    `${name.padEnd(width)}${pid.padStart(8)}  ${state}`;
  return [
    ...gateways,
    '',
    row('PROCESS', 'PID', 'STATE'),
    ...processes.map(({ name, pid, state }) => row(name, String(pid ?? '-'), state)),
    ...(problem === undefined ? [] : ['', problem]),
  ].join('\n');
}

export const command = defineCommand({
  about: ['Shows which processes of the stack of GHOSTLY_HOME (.ghostly) run, and whether they are ready.'],
  usage: '',
  options: { json: { type: 'boolean', default: false, help: 'as one JSON object' } },
  positionals: { min: 0, max: 0 },
  examples: [['--json', 'for scripts']],
  notes: ['Exit code 0: all processes run and are ready; 3: otherwise.'],
  run: async ({ env, cwd, out }, { json }) => {
    const home = homeOf(env, cwd);
    const state = await inspectStack(home);
    if (json) out(JSON.stringify(state, null, 2));
    else if (state.processes.length === 0) out(`Ghostly is ${state.problem} (${home.path})`);
    else out(table(state));
    return state.ready ? EXIT.done : EXIT.unavailable;
  },
});
