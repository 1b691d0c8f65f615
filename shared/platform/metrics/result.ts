/** The result, in the words of OpenTelemetry's conventions for pipelines. */
export function resultOf(stopReason: string | undefined): string {
  if (stopReason === undefined) return 'success';
  if (stopReason === 'cancelled') return 'cancellation';
  if (stopReason === 'step_failed') return 'failure';
  return stopReason === 'deadline' || stopReason.endsWith('_timeout') ? 'timeout' : 'error';
}
