import { expect } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';

/** The address of the viewer with the trace of a run, once there is something of it. */
export const viewOf = (client: Client, id: string): Promise<string> =>
  eventually(async () => {
    const { status, body } = await client.request<{ url: string }>(
      'POST',
      `/v1/runs/${id}/playwright-trace/views`,
    );
    expect(status).toBe(201);
    return body.url;
  });
