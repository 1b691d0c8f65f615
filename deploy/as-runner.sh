#!/bin/sh
# as-runner COMMAND...: becomes the user of the services, and keeps the rights by which Chromium and the encoder get users
# of their own. A container that starts it needs to be root, with these capabilities and no others.
set -eu
rights=+setuid,+setgid,+chown,+dac_override,+kill
exec setpriv --reuid=10001 --regid=10001 --clear-groups --inh-caps="$rights" --ambient-caps="$rights" -- "$@"
