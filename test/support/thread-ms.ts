/** What this thread has had of a processor so far, ms. Measures work, however many others want the processor. */
export const threadMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};
