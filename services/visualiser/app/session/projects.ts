/* The projects that the user is in. Owns what was read of them last. */
import { computed, signal } from '@preact/signals';
import type { CallReply } from '#shared/api/client/index.ts';
import { client } from './session.ts';

type Project = CallReply<'listProjects'>[number];

const NONE: readonly Project[] = [];
const found = signal<readonly Project[] | undefined>(undefined);

export const projects = computed(() => found.value ?? NONE);
/** Whether it is known that there are none. */
export const projectsRead = computed(() => found.value !== undefined);

/** @throws ApiError, GatewayError */
export async function readProjects(abort: AbortSignal): Promise<void> {
  found.value = await client.value.call('listProjects', {}, { signal: abort });
}

export function forgetProjects(): void {
  found.value = undefined;
}

/** An admin sees runs of projects that it is not in: those have no name here. */
export const projectLabel = (id: string): string =>
  projects.value.find((project) => project.id === id)?.label ?? id.slice(0, 8);
export const projectColor = (id: string): string =>
  projects.value.find((project) => project.id === id)?.color ?? '#8a8fa3';
