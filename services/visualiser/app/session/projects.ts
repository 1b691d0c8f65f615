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

/** Undefined for one that the user is not in, and until they are read. */
export const projectOf = (id: string): Project | undefined =>
  projects.value.find((project) => project.id === id);

/** An admin sees runs of projects that it is not in: those have no name here. */
export const projectLabel = (id: string): string => projectOf(id)?.label ?? id.slice(0, 8);
export const projectColor = (id: string): string => projectOf(id)?.color ?? '#8a8fa3';
