/* The projects that the user is in. Owns one signal, read again for each user. */
import { signal } from '@preact/signals';
import type { CallReply } from '#shared/client/index.ts';
import { client } from './session.ts';

export type Project = CallReply<'listProjects'>[number];

export const projects = signal<readonly Project[]>([]);

/** @throws ApiError, GatewayError */
export async function readProjects(abort: AbortSignal): Promise<void> {
  projects.value = await client.value.call('listProjects', {}, { signal: abort });
}

/** An admin sees runs of projects that it is not in: those have no name here. */
export const projectLabel = (id: string): string =>
  projects.value.find((project) => project.id === id)?.label ?? id.slice(0, 8);
export const projectColor = (id: string): string =>
  projects.value.find((project) => project.id === id)?.color ?? '#8a8fa3';
