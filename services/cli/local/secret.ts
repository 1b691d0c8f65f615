import { randomBytes } from 'node:crypto';

/** 192 random bits that need no escaping in a URL, a shell or a configuration file. */
export const randomSecret = (): string => randomBytes(24).toString('hex');
