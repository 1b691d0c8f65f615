import type { Redactor } from '#shared/domain/flow/redact.ts';

/** The steps of a run as calls of its trace, in which those of Playwright are. */
export interface StepCalls {
  begins(title: string): void;
  /** The last one that began; with what went wrong, redacted. */
  ended(error?: string): void;
  /** The call of the step that was under way at that time. */
  at(ms: number): string | undefined;
  /** The lines that say what has come since the last call. */
  newLines(redact: Redactor): Promise<string[]>;
}

interface Call {
  callId: string;
  title: string;
  startTime: number;
  endTime?: number;
}

/** Times are those of Playwright's traces: `performance.now()`. */
export function createStepCalls(): StepCalls {
  const calls: Call[] = [];
  let begun: Call[] = [];
  let ended: object[] = [];
  return {
    begins(title) {
      const call = { callId: `step@${calls.length + 1}`, title, startTime: performance.now() };
      calls.push(call);
      begun.push(call);
    },
    ended(error) {
      const call = calls.at(-1);
      if (call === undefined || call.endTime !== undefined) return;
      call.endTime = performance.now();
      const { callId, endTime } = call;
      ended.push({
        type: 'after',
        callId,
        endTime,
        ...(error && { error: { name: 'Error', message: error } }),
      });
    },
    at: (ms) => calls.findLast(({ startTime, endTime = ms }) => startTime <= ms && ms <= endTime)?.callId,
    async newLines(redact) {
      const came = begun;
      const went = ended;
      begun = [];
      ended = [];
      const lines: string[] = [];
      for (const { callId, title, startTime } of came)
        lines.push(
          JSON.stringify({
            type: 'before',
            callId,
            startTime,
            title: await redact(title),
            class: 'Tracing',
            method: 'tracingGroup',
            params: {},
          }),
        );
      return [...lines, ...went.map((line) => JSON.stringify(line))];
    },
  };
}
