import type { DryRun } from '#shared/api/client/index.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { plainText } from './plain-text.ts';

/** What a cancel would do. */
export function dryRunText({ id, status, from, path, step, onCancelSteps, withinMs }: DryRun): string[] {
  const states = [from, ...path].map(plainText).join(' → ');
  const call = step && `step ${step.index + 1} (${plainText(step.action)})`;
  return [
    `would be ${status}: ${id}`,
    `  ${states}`,
    ...(call === undefined
      ? []
      : [`  ${call} ${step?.atomic ? 'is atomic: the cancel would wait for it' : 'would be interrupted'}`]),
    ...(onCancelSteps === 0
      ? []
      : [`  ${onCancelSteps} onCancel ${onCancelSteps === 1 ? 'step' : 'steps'} would run`]),
    `  would end within ${formatDuration(withinMs)}; nothing was done`,
  ];
}
