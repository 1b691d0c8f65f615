import { z } from 'zod';

export const pingReply = z.object({
  ok: z.literal(true),
  service: z.literal('ghostly'),
  env: z.string(),
  assistConfigured: z.boolean().describe('False: assisted flows are not implemented yet.'),
});
/** The shapes that the settings page of the original's dashboard reads. */
export const modelProvidersReply = z.object({
  ok: z.literal(true),
  providers: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      kind: z.enum(['cli', 'http']),
      description: z.string(),
      needsApiKey: z.boolean(),
      needsBaseUrl: z.boolean(),
      defaultModel: z.string(),
      supportsAutoModel: z.boolean(),
      supportsLiveModels: z.boolean(),
      modelOptions: z.array(z.object({ id: z.string(), label: z.string() })),
    }),
  ),
});
export const modelSettingsReply = z.object({
  ok: z.literal(true),
  status: z.object({
    available: z.boolean(),
    providerId: z.string(),
    model: z.string(),
    source: z.literal('env'),
  }),
  envFallback: z.boolean(),
});
export const versionReply = z.object({
  current: z.string(),
  latest: z.string(),
  updateAvailable: z.boolean(),
});
export const healthReply = z.object({ status: z.literal('ok') });
export const readyReply = z.object({ ok: z.literal(true) });
