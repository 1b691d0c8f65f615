/** The most runs of a user or of a project at once; without a number, no limit. */
export interface RunLimits {
  perUser?: number | undefined;
  perProject?: number | undefined;
}

export const isLimited = ({ perUser, perProject }: RunLimits): boolean =>
  perUser !== undefined || perProject !== undefined;
