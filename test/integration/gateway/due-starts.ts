import { beforeAll } from 'vitest';
import type { TestGateway } from './fixture.ts';

/** While the tests of a file run, so many gateways start what schedules and batches have due: each start is made by one. */
export function useDueStarts({ startDue }: TestGateway, gateways: number): void {
  beforeAll(() => {
    const loops = Array.from({ length: gateways }, () => startDue()).flat();
    return async () => void (await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]())));
  });
}
