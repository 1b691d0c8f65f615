/**
 * What the schema of a flow finds wrong beside what the validation itself knows. A schema gives the code as its message;
 * whoever shows an issue looks up its text (`shared/contract/issues.ts`).
 */
export const FLOW_ISSUES = {
  not_http: { en: 'must be an http or https URL', es: 'debe ser una URL http o https' },
  other_origin: { en: 'must share the origin of baseUrl', es: 'debe compartir el origen de baseUrl' },
} as const;
export type FlowIssue = keyof typeof FLOW_ISSUES;
