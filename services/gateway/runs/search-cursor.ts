/*
 * Where the next page of a search begins, sealed: an ordinal would tell how many runs there are, and an id one that its
 * reader may not see (I11). Owns the key once it has been read, which all gateways share by the database.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
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
/** So that all are of one length. */
const PLACE = 36;

export function createSearchCursors(sql: Sql): SearchCursors {
  let known: Buffer | undefined;
  const key = async () => {
    known ??= (await sql.row<{ key: Buffer }>('select key from search_key'))!.key;
    return known;
  };
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
