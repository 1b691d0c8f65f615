import type { TestGateway } from '../fixture.ts';

/** The run has ended some time ago, and tells of a video `late.webm`. */
export const tellVideo = (sql: TestGateway['sql'], runId: string, endedAgo: string): Promise<void> =>
  sql.transaction(async (within) => {
    await within.rows('alter table runs disable trigger user');
    await within.rows(
      `update runs set status = 'pass', state = 'pass', video_path = $2, finished_at = clock_timestamp() - $3::interval where id = $1`,
      [runId, `${runId}/late.webm`, endedAgo],
    );
    await within.rows('alter table runs enable trigger user');
  });
