/* What an OTLP request with traces holds (opentelemetry/proto/trace/v1/trace.proto), as far as tests look at it. */
import { type Field, fieldsOf } from './protobuf.ts';

type Value = string | number | boolean | undefined;
type Values = Record<string, Value>;

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  /** Empty: it has none. */
  parentSpanId: string;
  name: string;
  /** Values of `SpanKind`: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  /** Epoch ms. */
  start: number;
  end: number;
  attributes: Values;
  links: { traceId: string; spanId: string }[];
  failed: boolean;
  /** Attributes of the process. */
  resource: Values;
}

const all = (message: Buffer, number: number): Buffer[] =>
  [...fieldsOf(message)].flatMap((field) =>
    field.number === number && Buffer.isBuffer(field.value) ? [field.value] : [],
  );

export const spansOf = (request: Buffer): ReceivedSpan[] =>
  all(request, 1).flatMap((ofProcess) => {
    const resource = Object.assign({}, ...all(ofProcess, 1).map((found) => attributesOf(found, 1))) as Values;
    return all(ofProcess, 2).flatMap((ofScope) => all(ofScope, 2).map((span) => spanOf(span, resource)));
  });

function spanOf(message: Buffer, resource: Values): ReceivedSpan {
  const fields = new Map([...fieldsOf(message)].map(({ number, value }) => [number, value]));
  const hex = (number: number) => bytesOf(fields.get(number)).toString('hex');
  return {
    traceId: hex(1),
    spanId: hex(2),
    parentSpanId: hex(4),
    resource,
    name: bytesOf(fields.get(5)).toString(),
    kind: Number(fields.get(6) ?? 0n),
    start: msOf(fields.get(7)),
    end: msOf(fields.get(8)),
    attributes: attributesOf(message, 9),
    links: all(message, 13).map((link) => ({
      traceId: all(link, 1)[0]!.toString('hex'),
      spanId: all(link, 2)[0]!.toString('hex'),
    })),
    failed: [...fieldsOf(bytesOf(fields.get(15)))].some(({ number, value }) => number === 3 && value === 2n),
  };
}

const bytesOf = (value: Field['value'] | undefined): Buffer =>
  Buffer.isBuffer(value) ? value : Buffer.alloc(0);
const msOf = (value: Field['value'] | undefined): number => Number(value ?? 0n) / 1e6;

const attributesOf = (message: Buffer, number: number): Values =>
  Object.fromEntries(
    all(message, number).map((pair) => [
      all(pair, 1)[0]!.toString(),
      readValue(all(pair, 2)[0] ?? Buffer.alloc(0)),
    ]),
  );

function readValue(message: Buffer): Value {
  const [field] = fieldsOf(message);
  if (!field) return undefined;
  if (field.number === 1) return bytesOf(field.value).toString();
  return field.number === 2 ? field.value === 1n : Number(field.value);
}
