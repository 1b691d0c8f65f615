import { type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines on stdout, one object each, with the service's name. */
export const createLog = (name: string, level: string): Log =>
  pino({ name, level, timestamp: pino.stdTimeFunctions.isoTime, base: { name, pid: process.pid } });
