/*
 * `action.yml` as a runner of GitHub plays it, as far as this machine can: its expressions are filled in, and its steps run
 * one after the other, each with its variables alone.
 */
import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { followChild } from '#shared/platform/process/child.ts';
import { needs } from '../../support/machine.ts';
import { CLONE } from '../../support/stack/cli.ts';

export interface Action {
  inputs: Record<string, { description: string; default: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: ActionStep[] };
}

interface ActionStep {
  id: string;
  if?: string;
  shell: string;
  run: string;
  env?: Record<string, string>;
  'working-directory'?: string;
}

export const readAction = async (): Promise<Action> =>
  parse(await readFile(join(CLONE, 'action.yml'), 'utf8')) as Action;

export interface PlayedAction {
  code: number | null;
  lines: string[];
  outputs: Record<string, string>;
  summary: string;
}

/** Plays it in `folder`. `env` is that of the job. */
export async function playAction(
  given: Record<string, string>,
  { folder, env }: { folder: string; env: Record<string, string> },
): Promise<PlayedAction> {
  const { inputs, outputs, runs } = await readAction();
  const temp = await mkdtemp(join(folder, 'runner-temp-'));
  const found: Record<string, string> = { 'github.action_path': CLONE };
  for (const [name, input] of Object.entries(inputs)) found[`inputs.${name}`] = given[name] ?? input.default;
  for (const [name, value] of Object.entries(env)) found[`env.${name}`] = value;
  const summary = join(temp, 'summary.md');
  await appendFile(summary, '');
  const played: PlayedAction = { code: 0, lines: [], outputs: {}, summary: '' };
  for (const step of runs.steps) {
    if (played.code !== 0 && !step.if?.includes('always()')) continue;
    const own = Object.entries(step.env ?? {}).map(([name, text]) => [name, filled(text, found)]);
    const output = join(temp, `${step.id}.output`);
    await appendFile(output, '');
    const cwd = resolve(folder, filled(step['working-directory'] ?? '.', found));
    const vars = { GITHUB_ACTION_PATH: CLONE, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary };
    const ended = await runStep(step.run, cwd, {
      ...env,
      ...vars,
      RUNNER_TEMP: temp,
      ...Object.fromEntries(own),
    });
    played.code ||= ended.code;
    played.lines.push(...ended.lines);
    for (const line of (await readFile(output, 'utf8')).split('\n').filter(Boolean)) {
      const [name = '', value = ''] = line.split(/=(.*)/s);
      found[`steps.${step.id}.outputs.${name}`] = value;
    }
  }
  for (const [name, { value }] of Object.entries(outputs)) played.outputs[name] = filled(value, found);
  return { ...played, summary: await readFile(summary, 'utf8') };
}

/** Expressions are names, of which the first counts that is there and not empty. */
const filled = (text: string, found: Record<string, string>): string =>
  text.replace(
    /\$\{\{ (.+?) \}\}/g,
    (_, names: string) =>
      names
        .split(' || ')
        .map((name) => found[name])
        .find(Boolean) ?? '',
  );

async function runStep(script: string, cwd: string, env: Record<string, string>) {
  await needs('bash');
  const { PATH = '', HOME = '' } = process.env;
  const spawned = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const child = followChild(spawned, { remembered: Number.POSITIVE_INFINITY });
  const { code } = await child.exited;
  return { code, lines: [...child.lines] };
}
