import { ERRORS, type ErrorCode } from '#shared/contract/errors.ts';

/** `none`: the caller named no language of ours, and gets exactly the texts of the contract's table. */
export type Language = 'none' | 'en' | 'es';

/** The caller's language by `Accept-Language`: the best liked of ours; `*`, others and nonsense count as none. */
export function languageOf(header: string | undefined): Language {
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

export function errorText(code: ErrorCode, language: Language): string {
  const entry = ERRORS[code];
  if (language === 'es') return entry.es;
  return language === 'en' && 'en' in entry ? entry.en : entry.text;
}
