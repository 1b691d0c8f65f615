/* A caller gets errors in the language that it prefers, and each text exists in each language. */
import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '#shared/api/contract/errors/errors.ts';
import { ISSUES, issueText } from '#shared/api/contract/errors/issues.ts';
import { languageOf, textOfError } from '../../../../services/gateway/http/language.ts';

describe('the language of a caller', () => {
  it.each<[string | undefined, string]>([
    [undefined, 'none'],
    ['', 'none'],
    ['*', 'none'],
    ['fr', 'none'],
    ['fr-FR, de;q=0.5', 'none'],
    ['english', 'none'],
    ['en', 'en'],
    ['EN-us', 'en'],
    ['en-US,en;q=0.9,es;q=0.8', 'en'],
    ['es', 'es'],
    ['es-419, en;q=0.9', 'es'],
    ['en;q=0.4, es;q=0.6', 'es'],
    ['fr, es;q=0.2', 'es'],
    ['*, es;q=0.5', 'es'],
    ['en;q=0', 'none'],
    ['en;q=nonsense', 'none'],
    [';;,,q=1', 'none'],
  ])('%j is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

describe('the texts of errors', () => {
  it.each<[ErrorCode, string, string, string]>([
    ['unauthorized', 'unauthorized', 'unauthorized', 'no autorizado'],
    ['forbidden', 'forbidden', 'forbidden', 'prohibido'],
    ['not_found', 'not found', 'not found', 'no encontrado'],
    ['run_final', 'run ya finalizó', 'run already finished', 'run ya finalizó'],
    ['validation', 'validation error', 'validation error', 'validación'],
    ['invalid_project', 'invalid project', 'invalid project', 'project inválido'],
  ])('%s: %j, in English %j, in Spanish %j', (code, none, en, es) => {
    expect([textOfError(code, 'none'), textOfError(code, 'en'), textOfError(code, 'es')]).toEqual([
      none,
      en,
      es,
    ]);
  });

  it('all exist in each language', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[])
      for (const language of ['none', 'en', 'es'] as const) expect(textOfError(code, language)).not.toBe('');
  });
});

describe('the texts of issues', () => {
  it('say something of their own in each language', () => {
    const texts = Object.values(ISSUES).flatMap(({ en, es }) => [en, es]);
    expect(new Set(texts).size).toBe(2 * Object.keys(ISSUES).length);
  });

  it.each([
    ['not_uuid', 'must be a UUID', 'debe ser un UUID'],
    ['other_origin', 'must share the origin of baseUrl', 'debe compartir el origen de baseUrl'],
    ['is required', 'is required', 'is required'],
    ['constructor', 'constructor', 'constructor'],
  ])('of %s are %j and %j: what is no code is a text', (message, en, es) => {
    expect([issueText(message, 'en'), issueText(message, 'es')]).toEqual([en, es]);
  });
});
