import type { Lookup } from '#shared/adapters/egress/names.ts';

/**
 * Looks names up for users, only so many of one at a time: a name whose servers do not answer holds a thread of the
 * process for many seconds, also when its caller has given up (I13). Kept until a user's last lookup has ended.
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
