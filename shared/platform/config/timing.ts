/** All durations that follow from the lease and the grace budget, ms. */
export interface Timing {
  lease: number;
  /** The time between two renewals of an owner's leases. */
  heartbeat: number;
  /** After its last acknowledged heartbeat an owner stops its own browsers, so that all is closed before the lease ends. */
  fence: number;
  /** A runner without a heartbeat for so long counts as silent: its slots are not free. */
  silent: number;
  grace: number;
  /** How long a recorded cancel may take before the supervisor takes the run. */
  overdue: number;
  /** The time between two sweeps of the supervisor. */
  sweep: number;
}

const heartbeatMs = (leaseMs: number): number => leaseMs / 5;

/** `silent` of {@link Timing}. */
export const silentAfterMs = (leaseMs: number): number => 2.5 * heartbeatMs(leaseMs);

export function timingOf(config: { GHOSTLY_LEASE_MS: number; GHOSTLY_CANCEL_GRACE_MS: number }): Timing {
  const { GHOSTLY_LEASE_MS: lease, GHOSTLY_CANCEL_GRACE_MS: grace } = config;
  const heartbeat = heartbeatMs(lease);
  return {
    lease,
    heartbeat,
    fence: lease * 0.6,
    silent: silentAfterMs(lease),
    grace,
    overdue: heartbeat + grace + lease,
    sweep: Math.min(1_000, lease),
  };
}
