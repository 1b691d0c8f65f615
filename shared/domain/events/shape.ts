/* What of a JSON Schema a reader asks before it takes a value for what it is said to be. Pure. */

export interface Shape {
  type?: string | string[];
  format?: string;
  const?: unknown;
  anyOf?: Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
  required?: string[];
}

/** Without descriptions, and without what a word may be: a new one, such as a new source of cancels, is only shown. */
export function shapeOf({ type, format, anyOf, items, properties, required, ...more }: Shape): Shape {
  if (Array.isArray(type)) return { anyOf: type.map((one) => ({ type: one })) };
  return {
    ...(type !== undefined && { type }),
    ...(format === 'date-time' && { format }),
    ...(type === 'boolean' && 'const' in more && { const: more.const }),
    ...(anyOf && { anyOf: anyOf.map(shapeOf) }),
    ...(items && { items: shapeOf(items) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, shapeOf(each)])),
    }),
    ...(required && { required }),
  };
}

/** `shape` is one of {@link shapeOf}. */
export function hasShape(value: unknown, shape: Shape): boolean {
  const { type, format, anyOf, items } = shape;
  if (anyOf) return anyOf.some((one) => hasShape(value, one));
  if ('const' in shape) return value === shape.const;
  if (type === 'object') return isObject(value) && hasFields(value, shape);
  if (type === 'array') return Array.isArray(value) && value.every((item) => !items || hasShape(item, items));
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type && (format === undefined || !Number.isNaN(Date.parse(String(value))));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasFields = (value: Record<string, unknown>, { properties = {}, required = [] }: Shape): boolean =>
  required.every((key) => value[key] !== undefined) &&
  Object.entries(properties).every(([key, each]) => value[key] === undefined || hasShape(value[key], each));
