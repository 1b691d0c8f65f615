import type { Lookup } from '#shared/egress/names.ts';

/**
 * Looks names up for users. `names` makes the lookups of one, which has only so many under way: a name whose servers do
 * not answer holds a thread of the process for many seconds, also when whoever asked has given up (I13). Kept of a user
 * until the last of these has ended.
 */
export function lookupsOfUsers(names: () => Lookup): (userId: string) => Lookup {
  const ofUsers = new Map<string, { lookup: Lookup; underWay: number }>();
  return (userId) => async (host) => {
    const own = ofUsers.get(userId) ?? { lookup: names(), underWay: 0 };
    ofUsers.set(userId, own);
    own.underWay += 1;
    try {
      return await own.lookup(host);
    } finally {
      own.underWay -= 1;
      if (own.underWay === 0) ofUsers.delete(userId);
    }
  };
}
