import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const USUAL_FOLDERS = ['/usr/local/bin', '/usr/bin', '/opt/homebrew/bin'];

/** The ffmpeg on PATH or in the usual folders. It is optional: without one, runs go without video. */
export async function findFfmpeg(path: string | undefined): Promise<string | undefined> {
  for (const folder of [...(path ?? '').split(delimiter).filter(Boolean), ...USUAL_FOLDERS]) {
    const file = join(folder, 'ffmpeg');
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return undefined;
}
