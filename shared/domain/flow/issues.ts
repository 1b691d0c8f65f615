/**
 * The issues that a flow's schema reports besides zod's own. The schema uses the code as the message; its text is looked
 * up where the issue is shown (`shared/api/contract/errors/issues.ts`).
 */
export const FLOW_ISSUES = {
  not_http: { en: 'must be an http or https URL', es: 'debe ser una URL http o https' },
  not_option_value: {
    en: 'must be a text, or a list of at most 100 texts, none too long',
    es: 'debe ser un texto, o una lista de como mucho 100 textos, ninguno demasiado largo',
  },
  no_condition: {
    en: 'needs textIncludes, selectorVisible or urlIncludes',
    es: 'necesita textIncludes, selectorVisible o urlIncludes',
  },
  other_origin: { en: 'must share the origin of baseUrl', es: 'debe compartir el origen de baseUrl' },
} as const;
export type FlowIssue = keyof typeof FLOW_ISSUES;
