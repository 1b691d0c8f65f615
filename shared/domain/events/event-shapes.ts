import { z } from 'zod';
import { EVENT_SCHEMAS, EVENT_TYPES } from './events.ts';
import { type Shape, shapeOf } from './shape.ts';

/** What an event has to be to be read, by its type. */
export const EVENT_SHAPES: Readonly<Record<string, Shape>> = Object.fromEntries(
  EVENT_TYPES.map((type) => [type, shapeOf(z.toJSONSchema(EVENT_SCHEMAS[type]) as Shape)]),
);
