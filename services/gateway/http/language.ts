import { ERRORS, type ErrorCode } from '#shared/api/contract/errors/errors.ts';

/** `none`: no supported language was requested, and the caller gets exactly the texts of the contract. */
export type AnswerLanguage = 'none' | 'en' | 'es';

/** The preferred supported language in `Accept-Language`; `*`, other languages and invalid values count as none. */
export function languageOf(header: string | undefined): AnswerLanguage {
  const ranked = (header ?? '')
    .split(',')
    .map((item) => {
      const [range = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return { language: range.split('-')[0], quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { language } of ranked) if (language === 'en' || language === 'es') return language;
  return 'none';
}

export function textOfError(code: ErrorCode, language: AnswerLanguage): string {
  const entry = ERRORS[code];
  if (language === 'es') return entry.es;
  return language === 'en' && 'en' in entry ? entry.en : entry.text;
}
