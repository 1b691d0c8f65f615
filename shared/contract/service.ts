import { z } from 'zod';

export const pingReply = z.object({
  ok: z.literal(true),
  service: z.literal('ghostly'),
  env: z.string(),
  assistConfigured: z.boolean().describe('False: assisted flows are not implemented yet.'),
});
export const versionReply = z.object({
  current: z.string(),
  latest: z.string(),
  updateAvailable: z.boolean(),
});
export const healthReply = z.object({ status: z.literal('ok') });
export const readyReply = z.object({ ok: z.literal(true) });
