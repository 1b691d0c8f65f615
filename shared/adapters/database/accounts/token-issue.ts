/** When a token or session was issued: the token epoch of its user for our own, else a time. */
export type TokenIssue = { epoch: number } | { at: Date };

/** What a user has ended: the tokens of earlier epochs, and those that another issuer made up to that time. */
export interface EndedTokens {
  tokenEpoch: number;
  tokensEndedAt: Date | null;
}

/** Whether the user has ended the token. Outside tokens have times in seconds, so all tokens of that second are ended. */
export const isEnded = (issue: TokenIssue, { tokenEpoch, tokensEndedAt }: EndedTokens): boolean =>
  'epoch' in issue
    ? issue.epoch < tokenEpoch
    : tokensEndedAt !== null &&
      Math.floor(issue.at.getTime() / 1_000) <= Math.floor(tokensEndedAt.getTime() / 1_000);
