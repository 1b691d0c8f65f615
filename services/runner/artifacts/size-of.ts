import { stat } from 'node:fs/promises';
import type { HandedOver } from '#shared/adapters/artifacts/artifacts.ts';

/** Bytes. */
export const byteSizeOf = async (content: Uint8Array | HandedOver): Promise<number> =>
  content instanceof Uint8Array ? content.length : (await stat(content.file)).size;
