/** The media type of an error as a problem (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';
