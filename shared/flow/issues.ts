/**
 * The issues that a flow's schema reports besides zod's own. The schema uses the code as the message; its text is looked
 * up where the issue is shown (`shared/contract/issues.ts`).
 */
export const FLOW_ISSUES = {
  not_http: { en: 'must be an http or https URL', es: 'debe ser una URL http o https' },
  other_origin: { en: 'must share the origin of baseUrl', es: 'debe compartir el origen de baseUrl' },
} as const;
export type FlowIssue = keyof typeof FLOW_ISSUES;
