/*
 * The place where the next page of a search begins, sealed: an ordinal would reveal the number of runs, and an id a run that
 * its reader may not see (I11). Sealed with the key of the database, which all gateways share.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { databaseKeyOf } from '#shared/adapters/database/database-key.ts';
import type { SearchPlace } from '#shared/adapters/database/search/search.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { isId } from '#shared/api/contract/is-id.ts';

export interface SearchCursors {
  seal(place: SearchPlace): Promise<string>;
  /** Undefined for any text that was not sealed with this key. */
  open(cursor: string): Promise<SearchPlace | undefined>;
}

const CIPHER = 'aes-256-gcm';
const [NONCE, TAG] = [12, 16];
/** The length to which every place is padded, so that all cursors are of one length. */
const PLACE = 36;

export function createSearchCursors(sql: Sql): SearchCursors {
  const key = databaseKeyOf(sql);
  return {
    async seal(place) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(CIPHER, await key(), nonce);
      const sealed = [cipher.update(String(place).padStart(PLACE)), cipher.final()];
      return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]).toString('base64url');
    },
    async open(cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length !== NONCE + TAG + PLACE || bytes.toString('base64url') !== cursor) return undefined;
      const nonce = bytes.subarray(0, NONCE);
      const opening = createDecipheriv(CIPHER, await key(), nonce, { authTagLength: TAG });
      opening.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      const opened = opening.update(bytes.subarray(NONCE + TAG));
      try {
        opening.final();
      } catch {
        // It was not sealed with this key.
        return undefined;
      }
      const place = opened.toString().trim();
      return isId(place) ? place : Number(place);
    },
  };
}
