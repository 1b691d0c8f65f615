/* The settings that `ghostly schedules put` sends: those of a file, or of the options. */
import {
  type ScheduleInput,
  scheduleBody,
  scheduleSchema,
} from '#shared/api/contract/schedules/schedules.ts';
import { CATCH_UP_MODES, DST_RULES, OVERLAPS } from '#shared/domain/schedule/rules.ts';
import { UsageError } from '../command.ts';
import { FlowError, readFlowText } from '../flow/flow-file.ts';
import { inputsOf } from '../flow/inputs.ts';
import { flowReferenceOf } from '../flow/run-source.ts';
import { plainText } from '../view/plain-text.ts';
import { type ScheduleValues, SETTING_OPTIONS } from './options.ts';

/** What a schedule shows and nobody sets: left out, so that what `show --json` prints can be put again. */
const SHOWN_ONLY = Object.keys(scheduleSchema.shape).filter((name) => !(name in scheduleBody.shape));

/** `file` is a path, or `-` for stdin. @throws UsageError, or FlowError for a file that has no settings */
export async function putBody(
  values: ScheduleValues,
  file: string | undefined,
  cwd: string,
): Promise<ScheduleInput> {
  const given = SETTING_OPTIONS.find((name) => values[name] !== undefined);
  if (file !== undefined && given !== undefined)
    throw new UsageError(`give a file or the settings, not both: --${given} belongs into the file`);
  return file === undefined ? fromOptions(values, cwd) : fromFile(file, cwd);
}

async function fromOptions(values: ScheduleValues, cwd: string): Promise<ScheduleInput> {
  const { cron, timezone, flow, profile } = values;
  if (cron === undefined || flow === undefined)
    throw new UsageError('put needs a file, or --cron and --flow');
  const inputs = await inputsOf(values, cwd);
  const overlap = OVERLAPS.find((known) => known === values.overlap);
  const mode = CATCH_UP_MODES.find((known) => known === values['catch-up']);
  const dst = DST_RULES.find((known) => known === values.dst);
  return {
    cron,
    flow: flowReferenceOf(flow),
    ...(timezone !== undefined && { timezone }),
    ...(dst && { dst }),
    ...(overlap && { overlap }),
    ...(mode && { catchUp: { mode } }),
    start: {
      ...(inputs && { inputs: inputs as NonNullable<ScheduleInput['start']>['inputs'] }),
      ...(profile !== undefined && { profile: { name: profile } }),
    },
  };
}

/** Checked by the gateway. */
async function fromFile(file: string, cwd: string): Promise<ScheduleInput> {
  const value = parse(file, await readFlowText(file, cwd, process.stdin));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FlowError(`${file} is no schedule: expected an object with cron and flow`);
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => !SHOWN_ONLY.includes(name)),
  ) as ScheduleInput;
}

function parse(file: string, json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new FlowError(`${file} is not JSON: ${plainText((error as Error).message)}`);
  }
}
