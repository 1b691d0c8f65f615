const ANSWER_WITHIN_MS = 2_000;

/** The address of a run's page, if this gateway serves the web app. */
export async function pageLink(
  gateway: string,
  runId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  try {
    const answer = await fetch(`${gateway}/`, { method: 'HEAD', redirect: 'error', signal: limit });
    const isPage = answer.ok && answer.headers.get('content-type')?.startsWith('text/html');
    return isPage ? `${gateway}/#/runs/${runId}` : undefined;
  } catch {
    // Nothing depends on it: what the run needs next tells what is wrong.
    return undefined;
  }
}
