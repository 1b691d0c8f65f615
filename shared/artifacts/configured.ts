import { join } from 'node:path';
import type { Config } from '#shared/config/config.ts';
import type { Artifacts } from './artifacts.ts';
import { artifactsInFolder } from './local-folder.ts';

/** The artifacts of this installation. Whatever another store is configured by, all who open one must read. */
export const artifactsOf = ({ GHOSTLY_HOME }: Config<'GHOSTLY_HOME'>): Artifacts =>
  artifactsInFolder(join(GHOSTLY_HOME, 'artifacts'));
