import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { NETWORK_LINES, packPiece, pieceName, TRACE_LINES } from '#shared/domain/playwright-trace/pieces.ts';

/** Two pieces of a small trace, as a runner keeps them. */
export async function keepTrace(folder: string, runId: string): Promise<void> {
  const pieces = [
    [
      { name: TRACE_LINES, bytes: Buffer.from(`${CONTEXT}\n`) },
      { name: 'resources/abc.css', bytes: Buffer.from('body {}') },
    ],
    [
      { name: TRACE_LINES, bytes: Buffer.from(`${CALL}\n`) },
      { name: NETWORK_LINES, bytes: Buffer.from('') },
    ],
  ];
  for (const [index, parts] of pieces.entries())
    await writeFile(join(folder, pieceName(runId, { epoch: 1, index })), gzipSync(packPiece(parts)));
}

const CONTEXT = JSON.stringify({
  version: 8,
  type: 'context-options',
  origin: 'library',
  browserName: 'chromium',
  options: {},
  platform: 'linux',
  wallTime: 0,
  monotonicTime: 0,
});
const CALL = JSON.stringify({
  type: 'before',
  callId: 'step@1',
  startTime: 1,
  title: '1. goto /',
  class: 'Tracing',
  method: 'tracingGroup',
  params: {},
});
