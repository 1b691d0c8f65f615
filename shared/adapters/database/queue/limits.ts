/** The most runs of a user or of a project at once; without a number, no limit. */
export interface RunLimits {
  perUser?: number | undefined;
  perProject?: number | undefined;
}

/** The limits in the configuration of a service that reads them. */
export const limitsOf = (config: {
  GHOSTLY_MAX_RUNNING_PER_USER?: number | undefined;
  GHOSTLY_MAX_RUNNING_PER_PROJECT?: number | undefined;
}): RunLimits => ({
  perUser: config.GHOSTLY_MAX_RUNNING_PER_USER,
  perProject: config.GHOSTLY_MAX_RUNNING_PER_PROJECT,
});

export const isLimited = ({ perUser, perProject }: RunLimits): boolean =>
  perUser !== undefined || perProject !== undefined;
