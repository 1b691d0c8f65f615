const ANSWER_WITHIN_MS = 2_000;

/** The address of the web app, below which its pages are (`runs/…`), if this gateway serves it. */
export async function webAppOf(gateway: string, signal: AbortSignal): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  try {
    const answer = await fetch(`${gateway}/`, { method: 'HEAD', redirect: 'error', signal: limit });
    const isPage = answer.ok && answer.headers.get('content-type')?.startsWith('text/html');
    return isPage ? `${gateway}/#` : undefined;
  } catch {
    // Nothing depends on it: what is needed next tells what is wrong.
    return undefined;
  }
}
