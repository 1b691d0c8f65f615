/*
 * Answers the settings page of the original's dashboard: there are no language models here. The page shows nothing of
 * a refusal, so the list has one provider whose label says so; saving it is refused with a text that the page shows.
 */
import type { Handlers } from '../http/call.ts';
import type { AnswerLanguage } from '../http/language.ts';

const NONE = 'none';

const TEXTS = {
  en: {
    label: 'None: this service has no language models',
    description: 'Assisted flows are not available yet: the steps of a flow run as they are.',
    model: 'No model',
  },
  es: {
    label: 'Ninguno: este servicio no tiene modelos de lenguaje',
    description: 'Los flujos asistidos aún no están disponibles: los pasos de un flujo se ejecutan tal cual.',
    model: 'Ningún modelo',
  },
};
const textsIn = (language: AnswerLanguage) => TEXTS[language === 'es' ? 'es' : 'en'];

export const NO_MODELS: Pick<Handlers, 'readModelProviders' | 'readModelSettings'> = {
  readModelProviders: async ({ ctx }) => {
    const { label, description, model } = textsIn(ctx.state.language);
    const provider = {
      ...({ id: NONE, label, kind: 'http', description, defaultModel: NONE } as const),
      needsApiKey: false,
      needsBaseUrl: false,
      supportsAutoModel: false,
      supportsLiveModels: false,
      modelOptions: [{ id: NONE, label: model }],
    };
    return { status: 200, body: { ok: true, providers: [provider] } };
  },
  readModelSettings: async () => {
    const status = { available: false, providerId: NONE, model: NONE, source: 'env' } as const;
    return { status: 200, body: { ok: true, status, envFallback: false } };
  },
};
